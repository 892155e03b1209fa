import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { findings } from './axe';
import { expect, openReady, test } from './fixtures';
import { csvRows, type PlainFigures, plainFigures } from './routing-figures';

const LAYERS = 4;
const EXPERTS = 8;

async function openSheet(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('button', { name: 'Routing analysis', exact: true }).click();
  return page.getByRole('dialog', { name: 'Routing analysis' });
}

async function saved(page: Page, button: Locator): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFile(await download.path(), 'utf8');
}

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('texts are read, and every figure follows from the trace that is saved', async ({ page }) => {
  await openReady(page);
  const sheet = await openSheet(page);
  const analyse = sheet.getByRole('button', { name: 'Analyse with Mixtab Tiny' });
  const results = sheet.getByRole('heading', { name: 'Results: Mixtab Tiny' });

  await test.step('it says what it is for and what it needs', async () => {
    await expect(sheet).toContainText('see which experts of each layer read them');
    await expect(analyse).toBeDisabled();
    await expect(sheet).toContainText('A text is needed.');
    expect(await findings(page), 'first').toEqual([]);
  });

  await test.step('texts come from an example and from files; what is no text is refused', async () => {
    await sheet.getByRole('button', { name: 'Fill in an example' }).click();
    await expect(sheet.getByRole('textbox', { name: /^Text: / })).toHaveCount(3);
    const files = sheet.locator('input[type=file]');
    await files.setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff]) });
    await expect(sheet.getByRole('alert')).toContainText('Save it as plain text');
    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('A note.') };
    await files.setInputFiles([notes, notes, notes, notes]);
    await expect(sheet.getByRole('alert')).toContainText('expected at most 3 more, got 4');
    await files.setInputFiles({ name: 'letters.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear Tom, hello!') });
    await expect(sheet.getByRole('alert')).toHaveCount(0);
    await expect(sheet.getByRole('textbox', { name: 'Text: letters' })).toHaveValue('Dear Tom, hello!');
    await sheet.getByRole('button', { name: 'Remove letters' }).click();
    await sheet.getByRole('textbox', { name: 'Kind of text 3' }).fill('Numbers');
  });

  await analyse.click();
  await expect(results).toBeFocused();
  await expect(sheet).toContainText(`${LAYERS} layers of ${EXPERTS} experts`);

  const download = (name: string) => saved(page, sheet.getByRole('button', { name }));
  const figures = plainFigures(await download('Trace (NDJSON)'), LAYERS, EXPERTS);
  expect([...figures.keys()]).toEqual(['Stories', 'A scene', 'Numbers']);
  const of = (row: Record<string, string>) => figures.get(row.domain ?? '')?.[Number(row.layer)] as PlainFigures;

  await test.step('load', async () => {
    const rows = csvRows(await download('Load (CSV)'));
    expect(rows).toHaveLength(3 * LAYERS * EXPERTS);
    for (const row of rows) {
      const { tokens, first, picks, weight } = of(row);
      const e = Number(row.expert);
      expect(Number(row.first_choice_share)).toBeCloseTo((first[e] ?? 0) / tokens, 9);
      expect(Number(row.pick_share)).toBeCloseTo((picks[e] ?? 0) / (2 * tokens), 9);
      // The trace has four digits of each score.
      const mean = picks[e] ? (weight[e] ?? 0) / picks[e] : 0;
      expect(Number(row.mean_weight)).toBeCloseTo(mean, 3);
    }
  });

  await test.step('repetition and balance', async () => {
    const rows = csvRows(await download('Repetition and balance (CSV)'));
    expect(rows).toHaveLength(3 * LAYERS);
    for (const row of rows) {
      const { tokens, pairs, picks, sameFirst, anyShared } = of(row);
      expect([row.tokens, row.pairs].map(Number)).toEqual([tokens, pairs]);
      expect(Number(row.first_choice_repetition)).toBeCloseTo(sameFirst / pairs, 9);
      expect(Number(row.any_choice_repetition)).toBeCloseTo(anyShared / pairs, 9);
      const loads = picks.map((count) => count / (2 * tokens));
      const squares = loads.map((load) => (load - 1 / EXPERTS) ** 2);
      const entropy = loads.reduce((sum, p) => sum - (p > 0 ? p * (Math.log(p) / Math.LN2) : 0), 0);
      expect(Number(row.entropy_bits)).toBeCloseTo(entropy, 9);
      expect(Number(row.max_over_mean)).toBeCloseTo(Math.max(...loads) * EXPERTS, 9);
      const deviation = Math.sqrt(squares.reduce((a, b) => a + b) / EXPERTS);
      expect(Number(row.coefficient_of_variation)).toBeCloseTo(deviation * EXPERTS, 9);
    }
  });

  await test.step('pairs', async () => {
    const rows = csvRows(await download('Pairs (CSV)'));
    expect(rows).toHaveLength(3 * LAYERS * EXPERTS * EXPERTS);
    for (const row of rows) {
      const { tokens, together } = of(row);
      const both = together[Number(row.expert_a)]?.[Number(row.expert_b)] ?? 0;
      expect(Number(row.token_share)).toBeCloseTo(both / tokens, 9);
    }
  });

  await test.step('the page shows the same, beside the paper', async () => {
    await sheet.getByRole('tab', { name: 'Load' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(sheet.getByRole('tab', { name: 'Repetition' })).toBeFocused();
    const mine = sheet.getByRole('table', { name: 'This analysis' });
    const expected = [0, 1, 3].map((layer) => {
      const { sameFirst = 0, pairs = 0 } = figures.get('Stories')?.[layer] ?? {};
      return ((sameFirst / pairs) * 100).toFixed(1);
    });
    await expect(mine.getByRole('row', { name: 'Stories' }).getByRole('cell')).toContainText(expected);
    const paper = sheet.getByRole('table', { name: 'Mixtral 8x7B, Table 5' });
    await expect(paper.getByRole('row', { name: 'DM Mathematics' })).toContainText('14.128.419.744.967.044.5');
    for (const tab of ['Load', 'Repetition']) {
      await sheet.getByRole('tab', { name: tab }).click();
      expect(await findings(page), tab).toEqual([]);
    }
  });

  await test.step('on a phone, nothing is wider than the sheet', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const tab of ['Load', 'Repetition', 'Together', 'Balance']) {
      await sheet.getByRole('tab', { name: tab }).click();
      await expect(sheet.getByRole('tabpanel', { name: tab })).toBeVisible();
      expect(await sheet.evaluate((element) => element.scrollWidth <= element.clientWidth), tab).toBe(true);
    }
  });

  await test.step('a long run is stopped, and says how far it came', async () => {
    await sheet.getByText('Texts (3)').click();
    await sheet.getByLabel('Of each text at most').selectOption('all tokens');
    await sheet.getByRole('textbox', { name: 'Text: Stories' }).fill('Tom has a red ball. '.repeat(4000));
    await analyse.click();
    await expect(sheet.getByText(/^[1-9][\d,]* of [\d,]+ tokens/)).toBeVisible();
    await sheet.getByRole('button', { name: 'Stop' }).click();
    await expect(sheet).toContainText('Stopped early');
    await expect(analyse).toBeEnabled();
  });
});
