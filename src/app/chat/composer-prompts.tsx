import { useState } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { useAppState, useSession } from '../session-context';
import { NameForm } from '../settings/name-form';
import { withNamed } from '../state/presets';
import { SYSTEM_TEXT_ID } from './composer-system';

/** Buttons come and go with what is done: the text is what stays. */
export function focusSystemText(): void {
  document.getElementById(SYSTEM_TEXT_ID)?.focus();
}

/** Keeps a system prompt under a name, in the place of the one of that name. */
export function SavePrompt({ text }: { text: string }) {
  const words = useWords().composer.system;
  const session = useSession();
  const prompts = useAppState((state) => state.settings.prompts);
  const [naming, setNaming] = useState(false);

  const done = () => {
    setNaming(false);
    focusSystemText();
  };
  const save = (name: string) => {
    const id = prompts.find((prompt) => prompt.name === name)?.id ?? crypto.randomUUID();
    session.changeSettings({ prompts: withNamed(prompts, { id, name, text }) });
    session.announce(words.saved(name));
    done();
  };

  if (naming) return <NameForm label={words.name} name="" onSave={save} onCancel={done} />;
  return (
    <button type="button" className="button" onClick={() => setNaming(true)}>
      {words.saveAs}
    </button>
  );
}

export function SavedPrompts({ onUse }: { onUse: (text: string) => void }) {
  const words = useWords().composer.system;
  const session = useSession();
  const prompts = useAppState((state) => state.settings.prompts);
  if (prompts.length === 0) return null;
  const remove = (id: string, name: string) => {
    session.changeSettings({ prompts: prompts.filter((prompt) => prompt.id !== id) });
    session.announce(words.removed(name));
    focusSystemText();
  };
  return (
    <section className="saved-prompts" aria-labelledby="saved-prompts">
      <h3 id="saved-prompts">{words.own}</h3>
      <ul>
        {prompts.map(({ id, name, text }) => (
          <li key={id}>
            <button type="button" className="button" onClick={() => onUse(text)}>
              <span className="saved-prompt-name">{name}</span>
              <span className="saved-prompt-text muted">{text}</span>
            </button>
            <button type="button" className="button button-quiet" onClick={() => remove(id, name)}>
              <CloseIcon /> <span className="sr-only">{words.remove(name)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
