import type { Locator, Page } from '@playwright/test';
import { findings } from './axe';
import { expect, finished, limitTokens, openReady, test } from './fixtures';

const LAYERS = 4;

const dialog = (page: Page, name: string): Locator => page.getByRole('dialog', { name, exact: true });

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('half of the experts are left out, measured, kept as a model, and it answers', async ({ page }) => {
  const parts = await openReady(page);
  await limitTokens(page, 8);
  const sheet = dialog(page, 'Expert pruning');
  const analysis = dialog(page, 'Routing analysis');
  const switches = sheet.getByRole('button', { name: /^Layer \d, expert/ });
  const layerRow = (layer: number) => sheet.getByRole('row', { name: new RegExp(`^${layer} `) });

  await test.step('without an analysis it says so, and leads there', async () => {
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('button', { name: 'Expert pruning', exact: true }).click();
    await expect(sheet).toContainText('What to keep follows from a routing analysis');
    expect(await findings(page), 'first').toEqual([]);
    await sheet.getByRole('button', { name: 'Open routing analysis' }).click();
    await analysis.getByRole('button', { name: 'Fill in an example' }).click();
    await analysis.getByRole('button', { name: 'Analyse with Mixtab Tiny' }).click();
    await analysis.getByRole('button', { name: 'Prune experts' }).click();
    await expect(analysis).toBeHidden();
    await expect(switches).toHaveCount(LAYERS * 8);
  });

  await test.step('how many, by keyboard', async () => {
    const slider = sheet.getByRole('slider', { name: 'Experts to keep in each layer' });
    await slider.press('End');
    await expect(sheet).toContainText('No expert is left out yet');
    await expect(sheet.getByRole('button', { name: 'Measure perplexity' })).toBeDisabled();
    for (let left = 8; left > 4; left--) await slider.press('ArrowLeft');
    await expect(slider).toHaveAttribute('aria-valuetext', '4 of 8');
    await expect(switches.and(page.locator('[aria-pressed=true]'))).toHaveCount(LAYERS * 4);
  });

  await test.step('by hand: a layer says what it lacks until it is whole', async () => {
    const kept = layerRow(1).getByRole('button', { pressed: true }).first();
    const name = (await kept.getAttribute('aria-label')) ?? '';
    const chosen = sheet.getByRole('button', { name });
    await chosen.press('Space');
    await expect(chosen).toHaveAttribute('aria-pressed', 'false');
    await expect(layerRow(1)).toContainText('1 missing');
    await expect(sheet.getByRole('status').filter({ hasText: 'layer 1 (1 missing)' })).toBeVisible();
    await expect(sheet.getByRole('button', { name: 'Keep it' })).toBeDisabled();
    // Arrow keys go to the others.
    await chosen.press('ArrowDown');
    await expect(
      layerRow(2)
        .getByRole('button', { name: /^Layer 2/ })
        .and(page.locator(':focus')),
    ).toBeVisible();
    await sheet.getByRole('button', { name: 'Back to the suggestion' }).click();
    await expect(chosen).toHaveAttribute('aria-pressed', 'true');
    await expect(sheet.getByRole('button', { name: 'Keep it' })).toBeEnabled();
  });

  await test.step('perplexity before and after, on the text of the choice and on another', async () => {
    const text = sheet.getByLabel('Text to measure on');
    const outcomes = sheet.getByRole('table', { name: /^Measured so far/ });
    await expect(sheet).toContainText('which flatters the result');
    await sheet.getByLabel('Chosen by').selectOption('A scene');
    await expect(sheet).not.toContainText('which flatters the result');
    await sheet.getByRole('button', { name: 'Measure perplexity' }).click();
    const first = outcomes.getByRole('row').nth(1);
    await expect(first).toContainText('As chosen now');
    await sheet.getByLabel('Chosen by').selectOption('Stories');
    await expect(outcomes).not.toContainText('As chosen now');
    await text.selectOption('Another text');
    await expect(sheet).toContainText('A text to measure on is needed.');
    await sheet
      .getByRole('textbox', { name: /another text$/ })
      .fill('Once upon a time, there was a small dog. He ran.');
    await sheet.getByRole('button', { name: 'Measure perplexity' }).click();
    await expect(outcomes.getByRole('row')).toHaveCount(3);
    for (const row of [1, 2]) {
      const [before, after, tokens] = await Promise.all(
        [1, 2, 4].map(async (n) =>
          Number(await outcomes.getByRole('row').nth(row).getByRole('cell').nth(n).textContent()),
        ),
      );
      expect(before).toBeGreaterThan(1);
      expect(after).toBeGreaterThan(before ?? 0);
      expect(tokens).toBeGreaterThan(5);
    }
    expect(await findings(page), 'measured').toEqual([]);
  });

  await test.step('kept as a model, used, and it answers', async () => {
    await expect(sheet).toContainText(/8\.2 MB → about 4\.\d MB/);
    await sheet.getByRole('textbox', { name: 'Name' }).fill('Tiny for stories');
    await sheet.getByRole('button', { name: 'Keep it' }).click();
    const add = dialog(page, 'Add a model');
    await expect(add).toContainText('4 layers of 4 experts, 2 for each token');
    await add.getByRole('button', { name: 'Import', exact: true }).click();
    await expect(add).toBeHidden();
    await sheet.getByRole('button', { name: 'Use Tiny for stories' }).click();
    await expect(sheet).toContainText('The analysis is of Mixtab Tiny, but Tiny for stories is loaded.');
    await page.keyboard.press('Escape');
    await expect(parts.send).toBeEnabled();
    await parts.prompt.fill('Tell me a story about a cat.');
    await parts.prompt.press('Enter');
    expect(await finished(parts)).not.toBe('');
    await expect(page.getByRole('button', { name: /^Models, now/ })).toContainText('Tiny for stories');
  });
});
