import { describe, expect, it } from 'vitest';
import { isCharacter, isPress, type KeyPress, keyNames } from './keys';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe('a shortcut', () => {
  it('with Ctrl is with Command on an Apple keyboard, and with nothing else', () => {
    const shortcut = { key: 'k', mod: true };
    expect(isPress(shortcut, press('k', { ctrlKey: true }), false)).toBe(true);
    expect(isPress(shortcut, press('k', { metaKey: true }), true)).toBe(true);
    expect(isPress(shortcut, press('k', { ctrlKey: true }), true)).toBe(false);
    expect(isPress(shortcut, press('k'), false)).toBe(false);
    expect(isPress(shortcut, press('k', { ctrlKey: true, altKey: true }), false)).toBe(false);
    expect(isPress(shortcut, press('K', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  });

  it('of a letter is not one with Shift, of a sign may be', () => {
    expect(isPress({ key: 'n' }, press('n'), false)).toBe(true);
    expect(isPress({ key: 'n' }, press('N', { shiftKey: true }), false)).toBe(false);
    expect(isPress({ key: '?' }, press('?', { shiftKey: true }), false)).toBe(true);
  });

  it('is found by its place on a keyboard of another script, and by its name on a Latin one', () => {
    expect(isPress({ key: 'k', mod: true }, press('л', { code: 'KeyK', ctrlKey: true }), false)).toBe(true);
    expect(isPress({ key: 'a' }, press('a', { code: 'KeyQ' }), false)).toBe(true);
    expect(isPress({ key: 'q' }, press('a', { code: 'KeyQ' }), false)).toBe(false);
  });

  it('writes a character unless it has Ctrl or is no sign', () => {
    expect(isCharacter({ key: '?' })).toBe(true);
    expect(isCharacter({ key: 'k', mod: true })).toBe(false);
    expect(isCharacter({ key: 'escape' })).toBe(false);
  });

  it('is named as the keyboard names it', () => {
    expect(keyNames({ key: 'k', mod: true }, true)).toEqual(['⌘', 'K']);
    expect(keyNames({ key: 'k', mod: true }, false)).toEqual(['Ctrl', 'K']);
    expect(keyNames({ key: 'escape' }, false)).toEqual(['Esc']);
  });
});
