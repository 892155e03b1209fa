import './index';

/** Attributes that whoever frames the page may set. Not `server`: what is written in a frame of this site goes nowhere. */
const OPEN = [
  ...['budget-mb', 'context', 'system', 'temperature', 'max-tokens', 'preload'],
  ...['heading', 'placeholder', 'theme', 'lang'],
];

/** `embed.html?model=...&theme=...`: the widget as a page, for frames on pages of other origins. Models lie in `models/` beside the page. */
function embed(parameters: URLSearchParams): void {
  const chat = document.createElement('mixtab-chat');
  const model = parameters.get('model') ?? 'tiny';
  chat.setAttribute('model', model);
  chat.setAttribute('model-url', `./models/${encodeURIComponent(model)}/`);
  for (const name of OPEN) {
    const value = parameters.get(name);
    if (value !== null) chat.setAttribute(name, value);
  }
  document.querySelector('main')?.append(chat);
}

embed(new URLSearchParams(location.search));
