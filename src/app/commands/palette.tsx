import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { SearchIcon } from '../icons';
import { closeDialog } from '../lib/dialogs';
import { type Entry, entriesNow } from './entries';
import { Caps, KeyCaps } from './key-caps';
import { PALETTE_ID } from './open';
import { rank } from './rank';
import { useCommandPage } from './use-command-page';
import '../styles/commands.css';

/** So many of a group are shown: who looks for more types on. */
const MOST_OF_GROUP = { commands: 40, chats: 8, models: 8 };

interface Typed {
  query: string;
  /** Place of the chosen line among those that are shown. */
  active: number;
}

const NOTHING: Typed = { query: '', active: 0 };

/** A box to type what is wanted into, above a list of what fits: commands, chats, models. */
export function Palette() {
  const words = useWords().commands;
  const [typed, setTyped] = useState(NOTHING);
  return (
    // What was typed is forgotten with each visit.
    <dialog
      id={PALETTE_ID}
      className="palette"
      closedby="any"
      aria-label={words.palette}
      onClose={() => setTyped(NOTHING)}
    >
      <PaletteBody {...typed} onTyped={setTyped} />
    </dialog>
  );
}

function PaletteBody({ query, active, onTyped }: Typed & { onTyped: (typed: Typed) => void }) {
  const words = useWords();
  const page = useCommandPage();
  const [entries, setEntries] = useState<Entry[]>([]);
  const id = useId();

  const groups = groupsOf(rank(entries, query));
  const shown = groups.flatMap(([, members]) => members);
  const chosen = shown[active];
  const idOf = (entry: Entry) => `${id}-${entry.id}`;

  const run = (entry: Entry) => {
    closeDialog(PALETTE_ID); // The focus goes back to where it was, and on from there.
    entry.run();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && shown.length > 0) {
      onTyped({ query, active: (active + step + shown.length) % shown.length });
    } else if (event.key === 'Enter' && chosen) run(chosen);
    else if (event.key === 'k' && (event.ctrlKey || event.metaKey)) closeDialog(PALETTE_ID);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div className="palette-head">
        <SearchIcon />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen && idOf(chosen)}
          aria-autocomplete="list"
          aria-label={words.commands.search}
          placeholder={words.commands.search}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={query}
          // The box has the focus when the palette opens: only then is it known what can be done.
          onFocus={() => setEntries(entriesNow(page, words))}
          onChange={(event) => onTyped({ query: event.target.value, active: 0 })}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={`${id}-list`} className="palette-list" role="listbox" aria-label={words.commands.palette}>
        {groups.map(([group, members]) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list to choose from
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <p id={`${id}-${group}`} className="palette-group" role="presentation">
              {words.commands.groups[group]}
            </p>
            {members.map((entry) => (
              <Option key={entry.id} id={idOf(entry)} entry={entry} isChosen={entry === chosen} onRun={run} />
            ))}
          </div>
        ))}
      </div>
      <p role="status" className={shown.length === 0 ? 'palette-none' : 'sr-only'}>
        {entries.length > 0 && (shown.length === 0 ? words.commands.none : words.commands.found(shown.length))}
      </p>
      <PaletteFoot />
    </>
  );
}

/** The group of the best find first. */
function groupsOf(found: readonly Entry[]): [Entry['group'], Entry[]][] {
  const groups = new Map<Entry['group'], Entry[]>();
  for (const entry of found) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups].map(([group, members]) => [group, members.slice(0, MOST_OF_GROUP[group])]);
}

interface OptionProps {
  id: string;
  entry: Entry;
  isChosen: boolean;
  onRun: (entry: Entry) => void;
}

function Option({ id, entry, isChosen, onRun }: OptionProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's
    <div
      ref={line}
      id={id}
      className="palette-option"
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onMouseDown={(event) => event.preventDefault()} // The box keeps the focus.
      onClick={() => onRun(entry)}
    >
      <span className="palette-label">{entry.label}</span>
      {entry.shortcut && <KeyCaps shortcut={entry.shortcut} />}
    </div>
  );
}

function PaletteFoot() {
  const words = useWords().commands;
  return (
    <p className="palette-foot" aria-hidden="true">
      <span>
        <Caps names={['↑', '↓']} /> {words.move}
      </span>
      <span>
        <Caps names={['Enter']} /> {words.run}
      </span>
      <span>
        <Caps names={['Esc']} /> {words.close}
      </span>
    </p>
  );
}
