import { app, expect, finished, limitTokens, openReady, test } from './fixtures';

test('memory: what a budget would buy, what was measured, and what only a new load changes', async ({ page }) => {
  const parts = await openReady(page);
  await limitTokens(page, 64);
  const { panel, budget, figure } = parts;
  const expected = panel.locator('#budget-expected');
  const apply = panel.getByRole('button', { name: 'Apply: loads the model again' });
  const openPaging = () => panel.getByText('RAM, context, eviction').click();
  const ram = panel.getByLabel('RAM for experts');
  const context = panel.getByLabel('Context', { exact: true });

  await test.step('the slider shows what to expect while it moves, and makes up nothing', async () => {
    await expect(expected).toContainText('100%');
    await budget.focus();
    await page.keyboard.press('Home');
    await expect(expected).not.toContainText('100%');
    await expect(figure('Expected speed')).toHaveText('not known');
    await expect(expected).toContainText('Nothing has been measured here yet');
    const least = await figure('Expected hit rate').textContent();
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
    await expect(figure('Expected hit rate')).not.toHaveText(least ?? '');
  });

  await test.step('a shorter context and no RAM are applied together', async () => {
    await openPaging();
    await expect(apply).toBeHidden();
    await context.selectOption('256');
    await expect(panel).toContainText('more experts');
    await panel.getByRole('button', { name: 'Undo' }).click();
    await expect(context).toHaveValue('512');
    await context.selectOption('256');
    await ram.selectOption('None');
    await apply.click();
    await expect(apply).toBeHidden();
    await expect(parts.send).toBeEnabled();
  });

  await test.step('an answer measures', async () => {
    await parts.story.click();
    await finished(parts);
    await expect(figure('Stalls')).toContainText('ms a token');
    await expect(figure('From RAM')).toHaveText('0 bytes');
    await expect(figure('Expected speed')).toContainText('about');
    await expect(expected).toContainText('measured here');
  });

  await test.step('a reload knows all of that', async () => {
    const speed = (await figure('Expected speed').textContent()) ?? '';
    await page.reload();
    await expect(figure('Expected speed')).toHaveText(speed);
    await expect(panel).toContainText('Measured on an earlier visit');
    await openPaging();
    await expect(context).toHaveValue('256');
    await expect(ram).toHaveValue('0');
  });

  await test.step('an approximate mode says what it costs, marks answers while it is on, and can be turned off', async () => {
    await panel.getByText('Approximate modes').click();
    const mode = panel.getByRole('checkbox', { name: 'Take experts that are there' });
    await expect(mode).toHaveAccessibleDescription(/31% fewer misses, perplexity \+0\.9%/);
    await mode.check();
    await apply.click();
    await expect(panel.getByText('Approximate answers')).toBeVisible();
    await expect(context).toHaveValue('256');
    await panel.getByRole('button', { name: 'Exact answers again' }).click();
    await expect(panel.getByText('Approximate answers')).toBeHidden();
    await expect(app(page).send).toBeEnabled();
    await expect(mode).not.toBeChecked();
  });
});

test('where another tab holds the model otherwise, the panel says so and offers to use it as it is', async ({
  context,
  page,
}) => {
  const { panel, send } = await openReady(page);
  const other = await context.newPage();
  await openReady(other);
  await panel.getByText('RAM, context, eviction').click();
  await panel.getByLabel('Who leaves when a slot is needed').selectOption('Least recently used');
  await panel.getByRole('button', { name: 'Apply: loads the model again' }).click();
  await expect(panel.getByText('Another tab shares this model')).toBeVisible();
  await panel.getByRole('button', { name: 'Use it as it is there' }).click();
  await expect(panel.getByText('Another tab shares this model')).toBeHidden();
  await expect(panel.getByLabel('Who leaves when a slot is needed')).toHaveValue('reuse');
  await expect(send).toBeEnabled();
});
