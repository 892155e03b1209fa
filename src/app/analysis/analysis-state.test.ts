import { expect, test } from 'vitest';
import { MixtabError } from '../../protocol/errors';
import { distinctNames, MOST_DOMAINS, roomFor, withAdded } from './analysis-state';
import { scaleOf, strideOf } from './plots/scale';
import { MOST_TEXT, readTextFile } from './text-files';

const domain = (id: string, name = '', text = '') => ({ id, name, text });

test('added texts take the place of empty ones, and no more are taken than plots tell apart', () => {
  const before = [domain('a'), domain('b', 'Letters', 'Dear Tom'), domain('c', 'To come')];
  expect(withAdded(before, [domain('d', 'Code', 'x = 1')]).map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  expect(roomFor(before)).toBe(MOST_DOMAINS - 2);
  const many = Array.from({ length: 9 }, (_, n) => domain(`n${n}`, 'x', 'y'));
  expect(withAdded([], many)).toHaveLength(MOST_DOMAINS);
});

test('no two names are the same, and none is empty', () => {
  const names = ['Code', '', ' Code ', 'Text 2', 'Code (2)'];
  const given = distinctNames(names, (n) => `Text ${n}`);
  expect(given).toEqual(['Code', 'Text 2', 'Code (2)', 'Text 2 (2)', 'Code (2) (2)']);
});

test('a text file is named after its file; one that is no text or too large says what to do', async () => {
  expect(await readTextFile(new File(['naïve'], 'my.notes.txt'))).toEqual({ name: 'my.notes', text: 'naïve' });
  const refused = async (file: File) => readTextFile(file).catch((error: unknown) => error);
  for (const bytes of [
    [0xff, 0xfe, 0x41],
    [0x41, 0],
  ]) {
    const error = await refused(new File([new Uint8Array(bytes)], 'x.bin'));
    expect(error).toBeInstanceOf(MixtabError);
    expect(error).toMatchObject({ code: 'request-invalid', hint: 'Save it as plain text (UTF-8) and drop it again.' });
  }
  const large = new File([new Uint8Array(MOST_TEXT + 1)], 'large.txt');
  expect(await refused(large)).toMatchObject({ hint: 'Drop a part of it.' });
});

test('scales are round and hold what is measured', () => {
  expect(scaleOf([0.221, 0.06])).toEqual({ max: 0.25, ticks: [0, 0.05, 0.1, 0.15000000000000002, 0.2, 0.25] });
  for (const highest of [0.001, 0.09, 0.5, 1, 2.7, 3, 9.99]) {
    const { max, ticks } = scaleOf([highest]);
    expect(max).toBeGreaterThanOrEqual(highest);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThan(8);
  }
  expect(scaleOf([0]).max).toBeGreaterThan(0);
  expect(strideOf(32, 240, 24)).toBe(4);
  expect(strideOf(4, 800, 24)).toBe(1);
});
