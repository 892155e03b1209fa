import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, finished, limitTokens, openReady, test } from './fixtures';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function findings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const lines = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const { violations } = await axe.run(document, { resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
    });
    found.push(...lines.map((line) => `${colorScheme}: ${line}`));
  }
  return found;
}

test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('experts at work: map, timeline, coloured tokens, two answers compared', async ({ page }) => {
  const parts = await openReady(page);
  await limitTokens(page, 24);
  const router = page.getByRole('region', { name: 'Router' });
  const inWords = router.getByRole('list', { name: 'Experts by layer' });
  await expect(inWords.getByRole('listitem')).toHaveCount(4);
  await expect(inWords.getByRole('listitem').first()).toContainText('last picked none');

  await test.step('the map follows an answer, in a picture and in words', async () => {
    const map = router.locator('canvas').first();
    const before = await map.screenshot();
    await parts.story.click();
    await finished(parts);
    await expect(inWords.getByRole('listitem').first()).toHaveText(/last picked \d \(\d+%\), \d \(\d+%\)/);
    expect(before.equals(await map.screenshot())).toBe(false);
    await map.hover();
    await expect(router.getByText(/^Layer \d, expert \d: (in memory|not in memory)/)).toBeVisible();
  });

  await test.step('the timeline is drawn, and told as a table', async () => {
    await expect(router.getByRole('img', { name: /hits and misses per second/ }).locator('canvas')).toHaveCount(2);
    await router.getByText('Answers of this page as a table').press('Enter');
    const table = router.getByRole('region', { name: 'Answers of this page as a table' });
    const rows = table.getByRole('row');
    await expect(rows).toHaveCount(2);
    await expect(rows.last()).toHaveText(/^1\d+[\d.]+\d+%/);
  });

  await test.step('tokens show the expert of a layer', async () => {
    const text = await finished(parts);
    await router.getByLabel('Colour answers by the expert of').selectOption('Layer 2');
    const tokens = parts.lastAnswer.getByRole('group', { name: 'Answer by tokens' });
    await expect(tokens).toHaveText(text);
    const colors = () =>
      tokens.locator('[data-token]').evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundColor));
    const first = await colors();
    expect(new Set(first).size).toBeGreaterThan(1);
    await router.getByLabel('Choice').selectOption('Second');
    await expect.poll(colors).not.toEqual(first);
    await expect(router.getByRole('list', { name: 'Colours of the experts' }).getByRole('listitem')).toHaveCount(8);
  });

  await test.step('a token says by keyboard where it went', async () => {
    const tokens = parts.lastAnswer.locator('[data-token]');
    await tokens.first().focus();
    await page.keyboard.press('ArrowRight');
    await expect(tokens.nth(1)).toBeFocused();
    const card = parts.lastAnswer.getByRole('tooltip');
    await expect(card).toContainText('token 2');
    await expect(card.getByRole('listitem')).toHaveCount(4);
    await expect(card.getByRole('listitem').last()).toHaveText(/^Layer 3.*\d.*\d+%.*\d.*\d+%$/);
    await expect(tokens.nth(1)).toHaveAccessibleDescription(/token 2/);
    expect(await findings(page), 'card').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(card).toBeHidden();
    await expect(tokens.nth(1)).toBeFocused();
  });

  await test.step('two answers to one question are compared', async () => {
    await page.getByRole('button', { name: 'Compare two answers' }).click();
    const dialog = page.getByRole('dialog', { name: 'Two answers compared' });
    await expect(dialog).toContainText('This takes two answers');
    await page.keyboard.press('Escape');
    await parts.lastAnswer.getByRole('button', { name: 'Regenerate' }).click();
    await expect(parts.lastAnswer.getByText('2 of 2')).toBeVisible();
    await finished(parts);
    await page.getByRole('button', { name: 'Compare two answers' }).click();
    await expect(dialog.getByRole('combobox', { name: 'Answer A' }).locator('option:checked')).toHaveText(/1 of 2/);
    await expect(dialog.getByRole('region', { name: 'Answer A' })).toContainText('Hit rate');
    const rows = dialog.getByRole('table').getByRole('row');
    await expect(rows).toHaveCount(5);
    await expect(rows.nth(1)).toHaveText(/^0\d+%[01]\.\d{3}/);
    expect(await findings(page), 'comparison').toEqual([]);
    await dialog.getByRole('combobox', { name: 'Answer B' }).selectOption({ index: 0 });
    await expect(rows.nth(1)).toHaveText(/^0100%0\.000/);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  });
});
