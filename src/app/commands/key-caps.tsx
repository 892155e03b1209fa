import { keyNames, type Shortcut } from './keys';

/** A shortcut as its keys. */
export function KeyCaps({ shortcut }: { shortcut: Shortcut }) {
  return <Caps names={keyNames(shortcut)} />;
}

export function Caps({ names }: { names: readonly string[] }) {
  return (
    <span className="key-caps">
      {names.map((name) => (
        <kbd key={name}>{name}</kbd>
      ))}
    </span>
  );
}
