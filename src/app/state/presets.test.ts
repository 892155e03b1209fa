import { describe, expect, it } from 'vitest';
import { chosenPreset, removePreset, savePreset, withPreset } from './presets';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from './settings';

const changed = (settings: Settings, change: Partial<Settings>): Settings => ({ ...settings, ...change });

describe('presets', () => {
  it('are chosen, changed by hand, and chosen again', () => {
    const creative = changed(DEFAULT_SETTINGS, withPreset(DEFAULT_SETTINGS, 'creative'));
    expect(creative).toMatchObject({ minP: 0.1, preset: 'creative' });
    expect(chosenPreset(creative)).toMatchObject({ id: 'creative', changed: false });
    const hotter = changed(creative, { temperature: 2 });
    expect(chosenPreset(hotter)).toMatchObject({ id: 'creative', changed: true });
    expect(changed(hotter, withPreset(hotter, 'creative'))).toEqual(creative);
    expect(changed(hotter, withPreset(hotter, 'model'))).toEqual(DEFAULT_SETTINGS);
  });

  it('are saved under a name, anew in the place of the one of that name, and removed without a change of the values', () => {
    const hot = changed(DEFAULT_SETTINGS, { temperature: 2 });
    const saved = changed(hot, savePreset(hot, ' Mine ', 'a'));
    expect(chosenPreset(saved)).toMatchObject({ id: 'a', own: { name: 'Mine' }, changed: false });
    const cooler = changed(saved, { temperature: 0.1 });
    const again = changed(cooler, savePreset(cooler, 'Mine', 'b'));
    expect(again.presets).toMatchObject([{ id: 'a', name: 'Mine', sampling: { temperature: 0.1 } }]);
    const removed = changed(again, removePreset(again, 'a'));
    expect(removed).toMatchObject({ preset: 'model', presets: [], temperature: 0.1 });
    expect(chosenPreset(removed)).toMatchObject({ id: 'model', changed: true });
  });

  it('that are gone count as the own one of the model', () => {
    expect(chosenPreset(parseSettings({ preset: 'gone' }))).toEqual({ id: 'model', own: null, changed: false });
    expect(withPreset(DEFAULT_SETTINGS, 'gone')).toEqual({});
  });

  it('lose from storage only what is broken', () => {
    const good = { id: 'a', name: ' A ', sampling: { topK: 3, minP: 7 } };
    const { presets, prompts } = parseSettings({
      presets: [good, { ...good, name: 'twice' }, { ...good, id: 'precise' }, { id: 'b', name: ' ', sampling: {} }, 7],
      prompts: [{ id: 'p', name: 'P', text: 'x' }, { id: 'q', name: 'Q' }, null],
    });
    expect(presets).toMatchObject([{ id: 'a', name: 'A', sampling: { topK: 3, minP: null } }]);
    expect(prompts).toEqual([{ id: 'p', name: 'P', text: 'x' }]);
  });
});
