import { useId } from 'react';
import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';
import { COMMANDS } from './commands';
import { Caps, KeyCaps } from './key-caps';
import { SHORTCUTS_ID } from './open';
import '../styles/commands.css';

/** Every key that does something, and whether single ones do. */
export function ShortcutsSheet() {
  const words = useWords();
  return (
    <Dialog id={SHORTCUTS_ID} title={words.commands.shortcuts} closeName={words.commands.closeShortcuts}>
      <dl className="shortcuts">
        <div>
          <dt>{words.commands.send}</dt>
          <dd>
            <Caps names={['Enter']} />
          </dd>
        </div>
        <div>
          <dt>{words.commands.newLine}</dt>
          <dd>
            <Caps names={['Shift', 'Enter']} />
          </dd>
        </div>
        {COMMANDS.filter(({ shortcuts }) => shortcuts).map((command) => (
          <div key={command.id}>
            <dt>{command.label(words)}</dt>
            <dd>
              {command.shortcuts?.map((shortcut) => (
                <KeyCaps key={shortcut.key} shortcut={shortcut} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <LetterKeys />
    </Dialog>
  );
}

function LetterKeys() {
  const words = useWords().commands;
  const session = useSession();
  const letterKeys = useAppState((state) => state.settings.letterKeys);
  const id = useId();
  return (
    <div className="letter-keys">
      <label>
        <input
          type="checkbox"
          checked={letterKeys}
          aria-describedby={id}
          onChange={(event) => session.changeSettings({ letterKeys: event.target.checked })}
        />{' '}
        {words.letterKeys}
      </label>
      <p id={id} className="muted">
        {words.letterKeysHint}
      </p>
    </div>
  );
}
