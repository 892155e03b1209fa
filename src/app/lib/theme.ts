import type { AppState } from '../state/app-state';

interface Watched {
  getState(): Pick<AppState, 'settings'>;
  subscribe(listener: () => void): () => void;
}

/** Tells the stylesheets the theme, and whether contrast is to be high: by the theme, or because the system asks for it. */
export function followTheme(store: Watched): void {
  const wanted = matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const { theme } = store.getState().settings;
    const { dataset } = document.documentElement;
    dataset.theme = theme;
    dataset.contrast = theme === 'contrast' || wanted.matches ? 'more' : 'normal';
  };
  wanted.addEventListener('change', apply);
  let last = store.getState().settings.theme;
  store.subscribe(() => {
    const { theme } = store.getState().settings;
    if (theme === last) return;
    last = theme;
    apply();
  });
  apply();
}
