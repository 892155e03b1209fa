import type { Page } from '@playwright/test';
import { findings } from './axe';
import { app, expect, finished, limitTokens, openReady, test } from './fixtures';

// What is on its way from one colour to another has neither's contrast.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** The message box by roles and names. */
function composer(page: Page) {
  const files = page.getByRole('list', { name: 'Files to send' });
  const system = page.getByRole('dialog', { name: 'System prompt' });
  return {
    ...app(page),
    count: page.getByText(/^[\d,]+ of 512 tokens$/),
    files,
    file: (name: string) => files.getByRole('listitem').filter({ hasText: name }),
    openSystem: page.getByRole('button', { name: /^System prompt/ }),
    system,
    systemText: system.getByLabel('What the model is told before all else'),
    preset: page.getByRole('combobox', { name: 'Sampling preset' }),
    /** The name of the preset, as it stands in the closed list. */
    presetName: page.getByRole('combobox', { name: 'Sampling preset' }).locator('option:checked'),
  };
}

/** Tokens that the box tells. */
async function told(page: Page): Promise<number> {
  return Number.parseInt((await composer(page).count.textContent()) ?? '', 10);
}

async function choose(page: Page, ...files: { name: string; buffer: Buffer }[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Attach text files' }).click(),
  ]);
  await chooser.setFiles(files.map((file) => ({ ...file, mimeType: 'text/plain' })));
}

test('what is written and attached is counted, refused with what to do, and reaches the model', async ({ page }) => {
  await openReady(page);
  const parts = composer(page);
  await limitTokens(page, 4);

  await test.step('the count follows what is typed, and says when it is too much', async () => {
    await expect(parts.count).toHaveCount(0);
    await parts.prompt.fill('Tell me');
    await expect(parts.count).toBeVisible();
    const few = await told(page);
    await parts.prompt.fill('Tell me a story about a cat who lives near the sea.');
    await expect.poll(() => told(page)).toBeGreaterThan(few);
    await parts.prompt.fill('word '.repeat(700));
    await expect(page.getByText(/^Longer than the model can read/).first()).toBeVisible();
    await expect(parts.send).toBeDisabled();
    await parts.prompt.press('Enter');
    await expect(parts.answers).toHaveCount(0);
    await expect(parts.prompt).not.toBeEmpty();
    expect(await findings(page), 'too long').toEqual([]);
  });

  let without = 0;
  await test.step('files are chosen, dropped and pasted; what is no text is refused', async () => {
    await parts.prompt.fill('Who is Blue?');
    await expect(parts.send).toBeEnabled();
    await expect.poll(() => told(page)).toBeLessThan(60);
    without = await told(page);
    await choose(
      page,
      { name: 'notes.txt', buffer: Buffer.from('Blue is a cat. '.repeat(10)) },
      { name: 'photo.txt', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x00]) },
    );
    await expect(parts.file('notes.txt')).toContainText(/150 bytes · \d+ tokens/);
    await expect.poll(() => told(page)).toBeGreaterThan(without + 20);
    await expect(parts.alert).toContainText('photo.txt is not plain text. Copy its text out');
    expect(await findings(page), 'files').toEqual([]);

    const transfer = await page.evaluateHandle(() => {
      const data = new DataTransfer();
      data.items.add(new File(['The sea is near.'], 'sea.md'));
      return data;
    });
    for (const type of ['dragenter', 'dragover', 'drop'])
      await page.dispatchEvent('body', type, { dataTransfer: transfer });
    await expect(parts.file('sea.md')).toBeVisible();
    // What was refused is forgotten as soon as something is taken.
    await expect(parts.alert).toHaveCount(0);
    await parts.prompt.evaluate((box) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(['pasted'], 'pasted.txt'));
      box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect(parts.files.getByRole('listitem')).toHaveCount(3);
    await parts.files.getByRole('button', { name: 'Remove pasted.txt' }).click();
    await expect(parts.file('pasted.txt')).toHaveCount(0);
    await expect(parts.prompt).toBeFocused();
  });

  await test.step('the model is given the files, which stand with the question', async () => {
    await parts.prompt.press('Enter');
    await finished(parts);
    await expect(parts.files).toHaveCount(0);
    await expect(page.getByRole('article', { name: 'You' })).toContainText('notes.txt');
    // The chat with what it was given is what a next question goes behind.
    await expect.poll(() => told(page)).toBeGreaterThan(without + 50);
  });

  await test.step('older messages that no longer fit are told of before they are forgotten', async () => {
    await parts.prompt.fill('word '.repeat(450));
    await expect(page.getByText('The oldest 2 messages will be forgotten.').first()).toBeVisible();
  });
});

test('system prompts, presets and drafts are kept', async ({ page }) => {
  await openReady(page);
  const parts = composer(page);
  await limitTokens(page, 4);

  await test.step('a system prompt is counted, and saved for other chats', async () => {
    await parts.prompt.fill('Hello');
    await expect(parts.count).toBeVisible();
    const without = await told(page);
    await parts.openSystem.click();
    await parts.systemText.fill('You are a patient teacher. Answer in two sentences.');
    await parts.system.getByRole('button', { name: 'Save for other chats' }).click();
    await parts.system.getByLabel('Name of the prompt').fill('Teacher');
    await page.keyboard.press('Enter');
    await expect(parts.system.getByRole('button', { name: /^Teacher/ })).toBeVisible();
    expect(await findings(page), 'system prompt').toEqual([]);
    await page.keyboard.press('Escape');
    await expect(parts.system).toBeHidden();
    await expect(parts.openSystem).toHaveAccessibleName('System prompt: set');
    await expect.poll(() => told(page)).toBeGreaterThan(without + 5);
    await parts.prompt.press('Enter');
    await finished(parts);
  });

  await test.step('a preset is chosen, changed by hand, and saved under a name', async () => {
    await parts.preset.selectOption('Creative');
    await parts.openSettings.click();
    await expect(parts.settings.getByLabel('Temperature')).toHaveValue('1.2');
    await parts.settings.getByText('More of sampling').click();
    await expect(parts.settings.getByLabel('Min-p')).toHaveValue('0.1');
    await parts.settings.getByLabel('Top-k').fill('40');
    await expect(parts.presetName).toHaveText('Creative · changed');
    const saveAs = parts.settings.getByRole('button', { name: 'Save as a preset' });
    await saveAs.click();
    await page.keyboard.press('Escape');
    // Only the question for a name is gone.
    await expect(parts.settings.getByLabel('Preset', { exact: true })).toBeFocused();
    await saveAs.click();
    await parts.settings.getByLabel('Name of the preset').fill('Mine');
    expect(await findings(page), 'settings').toEqual([]);
    await page.keyboard.press('Enter');
    await expect(parts.presetName).toHaveText('Mine');
    await parts.settings.getByLabel('System prompt of new chats').fill('Be brief.');
    await page.keyboard.press('Escape');
  });

  const inNewChat = 'begun in a new chat';
  const editor = page.getByRole('textbox', { name: 'Your question' });
  await test.step('the arrow up goes to the last question', async () => {
    await parts.prompt.press('ArrowUp');
    await expect(editor).toBeFocused();
    await editor.fill('Hello, put otherwise');
  });

  await test.step('a new chat has its own system prompt and its own draft', async () => {
    await parts.prompt.fill('begun in the old chat');
    await parts.newChat.click();
    await expect(parts.prompt).toBeEmpty();
    await parts.prompt.fill(inNewChat);
    await parts.openSystem.click();
    await expect(parts.systemText).toHaveValue('Be brief.');
    await parts.system.getByRole('button', { name: /^Teacher/ }).click();
    await expect(parts.systemText).toHaveValue(/patient teacher/);
    await page.keyboard.press('Escape');
    await page.goBack();
    await expect(parts.prompt).toHaveValue('begun in the old chat');
    await expect(editor).toHaveValue('Hello, put otherwise');
  });

  await test.step('all of it outlives a reload', async () => {
    await page.reload();
    await expect(parts.answers).toHaveCount(1);
    await expect(parts.prompt).toHaveValue('begun in the old chat');
    await expect(parts.openSystem).toHaveAccessibleName('System prompt: set');
    await expect(parts.presetName).toHaveText('Mine');
    await parts.newChat.click();
    await expect(parts.prompt).toHaveValue(inNewChat);
  });

  await test.step('a preset is renamed and removed', async () => {
    await parts.openSettings.click();
    await parts.settings.getByRole('button', { name: 'Rename' }).click();
    await parts.settings.getByLabel('Name of the preset').fill('Wild');
    await page.keyboard.press('Enter');
    await expect(parts.presetName).toHaveText('Wild');
    await parts.settings.getByRole('button', { name: 'Remove' }).click();
    await expect(parts.presetName).toHaveText("Model's own · changed");
    await parts.settings.getByLabel('Preset', { exact: true }).selectOption("Model's own");
    await expect(parts.settings.getByLabel('Temperature')).toHaveValue('0.7');
  });
});
