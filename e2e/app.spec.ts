import { app, atFirstWords, expect, finished, limitTokens, NO_ADAPTER, openReady, routeWorker, test } from './fixtures';

test('a story streams in, can be copied and told anew; Enter sends, Stop stops, a new chat is empty', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const parts = await openReady(page);
  await expect(parts.newChat).toBeDisabled();

  await test.step('stop keeps what is there', async () => {
    await parts.story.click();
    await expect(parts.stop).toBeVisible();
    await atFirstWords(page, () => document.querySelector<HTMLElement>('.composer-stop')?.click());
    expect((await finished(parts)).length).toBeGreaterThan(0);
    await expect(parts.lastAnswer).toHaveAttribute('data-status', 'stopped');
    await expect(parts.lastAnswer).toContainText('Stopped');
  });

  await limitTokens(page, 8);
  await test.step('Enter sends the next question, Shift+Enter breaks the line', async () => {
    await parts.prompt.pressSequentially('What is');
    await parts.prompt.press('Shift+Enter');
    await parts.prompt.pressSequentially('12 + 7?');
    await expect(parts.prompt).toHaveValue('What is\n12 + 7?');
    await expect(parts.answers).toHaveCount(1);
    await parts.prompt.press('Enter');
    await expect(parts.prompt).toHaveValue('');
    await expect(page.getByRole('article', { name: 'You' }).last()).toHaveText('What is\n12 + 7?');
    await expect(parts.answers).toHaveCount(2);
    expect((await finished(parts)).length).toBeGreaterThan(0);
  });

  await test.step('a new chat is empty and offers the suggestions again', async () => {
    await parts.newChat.click();
    await expect(parts.answers).toHaveCount(0);
    await expect(parts.prompt).toBeFocused();
  });

  await limitTokens(page, 64);
  await test.step('a story streams in', async () => {
    await parts.story.click();
    const prose = parts.lastAnswer.locator('.prose');
    await expect(prose).not.toBeEmpty();
    const early = (await prose.textContent()) ?? '';
    const text = await finished(parts);
    expect(text.length).toBeGreaterThan(early.length);
    await expect(page.getByRole('article', { name: 'You' })).toHaveText('Tell me a story about a cat.');
    await expect(page.getByRole('main').getByRole('status').first()).toContainText(text.slice(0, 20));

    await parts.lastAnswer.getByRole('button', { name: 'Copy' }).click();
    await expect(parts.lastAnswer.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(text.slice(0, 20));
  });

  await test.step('it is told anew; a new chat in mid-answer is empty too', async () => {
    const regenerate = parts.lastAnswer.getByRole('button', { name: 'Regenerate' });
    for (let times = 0; times < 2; times++) {
      await regenerate.click();
      await expect(parts.lastAnswer).toHaveAttribute('aria-busy', 'true');
      await expect(parts.answers).toHaveCount(1);
      if (times === 0) await finished(parts);
    }
    await parts.newChat.click();
    await expect(parts.answers).toHaveCount(0);
    await expect(parts.story).toBeVisible();
  });
});

test('settings and memory stay after a reload, the same seed gives the same story with the least memory too', async ({
  page,
}) => {
  const parts = await openReady(page);
  let first = '';
  await test.step('settings are taken, nonsense is refused', async () => {
    await parts.openSettings.click();
    await parts.settings.getByLabel('Temperature').fill('0.9');
    await parts.settings.getByLabel('Most tokens in an answer').fill('24');
    await parts.settings.getByLabel('Seed').fill('42');
    await parts.settings.getByLabel('Seed').fill('4x');
    await expect(parts.settings).toContainText('Expected a whole number');
    await page.keyboard.press('Escape');
    await parts.story.click();
    first = await finished(parts);
    expect(first.length).toBeGreaterThan(0);
  });

  await expect(parts.panel).toContainText('room for 32 of 32 experts');
  await parts.budget.focus();
  await page.keyboard.press('Home');
  await expect(parts.panel).not.toContainText('32 of 32 experts');
  const held = await parts.budget.getAttribute('aria-valuetext');

  await test.step('with the least memory it still answers, and pages experts in', async () => {
    await parts.newChat.click();
    await parts.story.click();
    expect(await finished(parts)).toBe(first);
    await expect(parts.figure('Hit rate')).not.toHaveText('100%');
    await expect(parts.figure('Paged in')).not.toHaveText('0 bytes');
    await expect(parts.alert).toHaveCount(0);
  });

  await page.reload();
  await test.step('both are there after a reload', async () => {
    await expect(parts.budget).toHaveAttribute('aria-valuetext', held ?? '');
    await parts.newChat.click();
    await parts.story.click();
    expect(await finished(parts)).toBe(first);
    await parts.openSettings.click();
    await expect(parts.settings.getByLabel('Temperature')).toHaveValue('0.9');
    await expect(parts.settings.getByLabel('Seed')).toHaveValue('42');
    await page.keyboard.press('Escape');
  });

  await test.step('on a phone, memory opens as a sheet and closes with Escape', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await expect(parts.budget).toBeHidden();
    await page.getByRole('button', { name: 'Memory', exact: true }).click();
    await expect(parts.budget).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(parts.budget).toBeHidden();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

test('the chosen theme wins over the system and stays', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('./');
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await paper();
  await page.getByRole('button', { name: 'Theme: auto' }).click();
  await page.getByRole('button', { name: 'Theme: light' }).click();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await paper()).toBe(dark);
});

test('a model that does not come gives an alert that cures itself when it does', async ({ page }) => {
  await page.route('**/models/tiny/**', (route) => route.abort());
  await page.goto('./');
  const parts = app(page);
  await expect(parts.alert).toBeVisible();
  await expect(parts.send).toBeDisabled();
  await page.unroute('**/models/tiny/**');
  await parts.alert.getByRole('button', { name: 'Start again' }).click();
  await expect(parts.send).toBeEnabled();
  await expect(parts.alert).toHaveCount(0);
});

test('everything is reached by keyboard alone', async ({ page }) => {
  const parts = await openReady(page);
  await expect(parts.prompt).toBeFocused();
  await page.keyboard.type('Tell me a story about a dog.');
  await page.keyboard.press('Enter');
  // At once: a short story would be over before a look at its first words comes back from the page.
  await page.keyboard.press('Escape');
  await finished(parts);
  await expect(parts.lastAnswer).toHaveAttribute('data-status', 'stopped');

  await page.keyboard.type('What is 12 + 7?');
  await page.keyboard.press('Enter');
  await expect(parts.answers).toHaveCount(2);
  expect((await finished(parts)).length).toBeGreaterThan(0);

  const seen = new Set<string>();
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      // After the last one the focus leaves the page: no locator would find it.
      const focused = document.activeElement;
      return focused?.getAttribute('aria-label') ?? focused?.textContent?.trim() ?? '';
    });
    seen.add(name);
  }
  for (const name of [
    'Models, now: Mixtab Tiny · 14.4 M parameters',
    'New chat',
    'Settings',
    'Conversation',
    'Copy',
    'Regenerate',
    'Message',
    'Send',
    'GPU memory',
  ]) {
    expect([...seen], name).toContain(name);
  }
});

test.describe('without WebGPU', () => {
  test('the page says what to do', async ({ page }) => {
    await page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
    await page.goto('./');
    await expect(page.getByRole('heading', { level: 1, name: 'Mixtab needs WebGPU' })).toBeVisible();
    for (const name of ['Chrome', 'Edge', 'Safari', 'Firefox']) {
      await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
    }
  });

  test('nor when there is no adapter', async ({ page }) => {
    await routeWorker(page, NO_ADAPTER);
    await page.goto('./');
    await expect(page.getByRole('heading', { name: 'Mixtab needs WebGPU' })).toBeVisible();
  });

  test('nor without JavaScript', async ({ browser, appUrl }) => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    await page.goto(appUrl);
    await expect(page.getByRole('heading', { name: 'Mixtab needs JavaScript' })).toBeVisible();
    await page.close();
  });
});
