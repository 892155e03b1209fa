import { useId } from 'react';
import { useWords } from '../i18n/use-words';
import { useAppState, useChats, useSession } from '../session-context';

/** The system prompt that a new chat begins with: also the one that is shown, where nothing was said in it yet. */
export function NewSystemField() {
  const words = useWords().settings.newSystem;
  const session = useSession();
  const chats = useChats();
  const system = useAppState((state) => state.settings.system);
  const id = useId();

  const change = (to: string) => {
    const { conversation, path } = session.store.getState().chat;
    if (path.length === 0 && conversation.system === system) chats.setSystem(to);
    session.changeSettings({ system: to });
  };

  return (
    <div className="field">
      <label htmlFor={id}>{words.label}</label>
      <textarea
        id={id}
        rows={3}
        aria-describedby={`${id}-hint`}
        value={system}
        onChange={(event) => change(event.target.value)}
      />
      <p id={`${id}-hint`} className="muted">
        {words.hint}
      </p>
    </div>
  );
}
