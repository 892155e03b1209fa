import { useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { MoreIcon } from '../icons';
import { COMMANDS, type Command, isAvailable } from './commands';
import { useCommandPage } from './use-command-page';

const TOOLS = ['analysis', 'pruning', 'compare', 'token-colors', 'export-md', 'shortcuts'];
/** Have buttons of their own in a header that is wide enough: see styles/layout.css. */
const ONLY_NARROW = ['palette', 'settings', 'next-theme'];

/** What the header has no room for, and the tools. */
export function HeaderMenu() {
  const words = useWords();
  const page = useCommandPage();
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();
  const [available, setAvailable] = useState<readonly Command[]>([]);

  const run = (command: Command) => {
    menu.current?.hidePopover();
    command.run(page);
  };

  return (
    <>
      <button type="button" className="button" popoverTarget={id} title={words.app.menu}>
        <MoreIcon /> <span className="sr-only">{words.app.menu}</span>
      </button>
      <div
        ref={menu}
        id={id}
        className="menu"
        popover="auto"
        onBeforeToggle={() => setAvailable(COMMANDS.filter((command) => isAvailable(command, page)))}
      >
        {[...TOOLS, ...ONLY_NARROW].map((name) => {
          const command = available.find((known) => known.id === name);
          return (
            command && (
              <button
                key={name}
                type="button"
                className={ONLY_NARROW.includes(name) ? 'button header-narrow' : 'button'}
                onClick={() => run(command)}
              >
                {command.label(words)}
              </button>
            )
          );
        })}
      </div>
    </>
  );
}
