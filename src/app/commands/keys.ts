/** A key alone, or with Ctrl (on Apple's keyboards Command). */
export interface Shortcut {
  /** As `KeyboardEvent.key` has it, letters small. */
  key: string;
  mod?: boolean;
}

const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether a key press is this shortcut. A sign may need Shift on its keyboard, a letter must not. */
export function isPress({ key, mod = false }: Shortcut, press: KeyPress, apple = isApple()): boolean {
  const modIsDown = apple ? press.metaKey : press.ctrlKey;
  const otherIsDown = apple ? press.ctrlKey : press.metaKey;
  if (modIsDown !== mod || otherIsDown || press.altKey) return false;
  if (/^[a-z]$/.test(key) && press.shiftKey) return false;
  return keyOf(press) === key;
}

/** Keyboards of other scripts have the Latin letters in their usual places. */
function keyOf({ key, code }: KeyPress): string {
  const latin = /^Key([A-Z])$/.exec(code)?.[1];
  return key.length === 1 && key > '\u007f' && latin ? latin.toLowerCase() : key.toLowerCase();
}

/** Whether the key alone writes a sign, so that it must not be taken from somebody who writes. */
export function isCharacter({ key, mod }: Shortcut): boolean {
  return !mod && key.length === 1;
}

/** Whether what has the focus takes characters for itself. */
export function takesCharacters(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  const noText = ['button', 'checkbox', 'color', 'file', 'radio', 'range', 'reset', 'submit'];
  if (element instanceof HTMLInputElement) return !noText.includes(element.type);
  return element.isContentEditable || element.matches('textarea, select');
}

/** The keys as they stand on the keyboard: `['Ctrl', 'K']`, `['⌘', 'K']`. */
export function keyNames({ key, mod }: Shortcut, apple = isApple()): string[] {
  const name = key === 'escape' ? 'Esc' : key.toUpperCase();
  return mod ? [apple ? '⌘' : 'Ctrl', name] : [name];
}
