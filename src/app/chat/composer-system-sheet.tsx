import { useEffect, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { useAppState, useChats } from '../session-context';
import { focusSystemText, SavedPrompts, SavePrompt } from './composer-prompts';
import { SYSTEM_ID, SYSTEM_TEXT_ID } from './composer-system';
import '../styles/settings.css';

/** What the model is told first in this conversation. It holds as soon as the field is left: each change is stored. */
export function SystemSheet() {
  const words = useWords().composer.system;
  const chats = useChats();
  const { id: conversationId, system } = useAppState((state) => state.chat.conversation);
  const [text, setText] = useState(system);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation begins with its own prompt, were it the same
  useEffect(() => setText(system), [conversationId, system]);

  const keep = () => {
    if (text !== system) chats.setSystem(text);
  };
  const use = (other: string) => {
    setText(other);
    chats.setSystem(other);
    focusSystemText();
  };

  return (
    <Dialog id={SYSTEM_ID} title={words.title} closeName={words.close} onClose={keep}>
      <div className="fields">
        <div className="field">
          <label htmlFor={SYSTEM_TEXT_ID}>{words.label}</label>
          <textarea
            id={SYSTEM_TEXT_ID}
            rows={4}
            placeholder={words.example}
            aria-describedby={`${SYSTEM_TEXT_ID}-hint`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={keep}
          />
          <p id={`${SYSTEM_TEXT_ID}-hint`} className="muted">
            {words.hint}
          </p>
          {text.trim() !== '' && (
            <div className="field-actions">
              <button type="button" className="button button-outline" onClick={() => use('')}>
                {words.clear}
              </button>
              <SavePrompt text={text} />
            </div>
          )}
        </div>
        <SavedPrompts onUse={use} />
      </div>
    </Dialog>
  );
}
