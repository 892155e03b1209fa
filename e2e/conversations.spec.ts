import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, finished, limitTokens, openReady, test } from './fixtures';

const sidebar = (page: Page) => page.getByRole('complementary', { name: 'Chats' });
const titles = (page: Page) =>
  sidebar(page).getByRole('listitem').getByRole('button').filter({ hasNotText: 'More for' });

/** Chooses from the menu of a chat in the list, by keyboard. */
async function choose(page: Page, title: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${title}` }).press('Enter');
  await page.getByRole('button', { name: entry, exact: true }).press('Enter');
}

async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

test('chats are kept, found, renamed, exported, imported and deleted', async ({ page }) => {
  const parts = await openReady(page);
  await limitTokens(page, 8);
  const ask = async (question: string) => {
    await parts.prompt.fill(question);
    await parts.prompt.press('Enter');
    return finished(parts);
  };
  const cat = await ask('Tell me a story about a cat.');
  await parts.newChat.click();
  await expect(parts.answers).toHaveCount(0);
  await ask('What is 12 + 7?');
  await expect(titles(page)).toHaveText(['What is 12 + 7?', 'Tell me a story about a cat.']);

  await test.step('a click shows another; the address and the way back follow', async () => {
    await titles(page).last().click();
    await expect(parts.lastAnswer.locator('.prose')).toHaveText(cat);
    await expect(titles(page).last()).toHaveAttribute('aria-current', 'page');
    await page.goBack();
    await expect(titles(page).first()).toHaveAttribute('aria-current', 'page');
    await page.goForward();
    await expect(parts.lastAnswer.locator('.prose')).toHaveText(cat);
  });

  await test.step('a reload shows it again', async () => {
    await page.reload();
    await expect(parts.lastAnswer.locator('.prose')).toHaveText(cat);
    await expect(titles(page)).toHaveCount(2);
  });

  await test.step('search finds what was said', async () => {
    const search = page.getByRole('searchbox', { name: 'Search chats' });
    await search.fill(cat.slice(0, 12).toUpperCase());
    await expect(titles(page)).toHaveText(['Tell me a story about a cat.']);
    await search.fill('nobody ever said this');
    await expect(sidebar(page).getByRole('status')).toHaveText('Not found: no chat holds that.');
    await search.fill('');
    await expect(titles(page)).toHaveCount(2);
  });

  await test.step('rename by keyboard', async () => {
    await choose(page, 'What is 12 + 7?', 'Rename');
    const title = page.getByRole('textbox', { name: 'Title of the chat' });
    await expect(title).toBeFocused();
    await title.fill('Sums');
    await title.press('Enter');
    await expect(titles(page).filter({ hasText: 'Sums' })).toBeVisible();
  });

  const markdown = await downloaded(page, () => choose(page, 'Tell me a story about a cat.', 'Export as Markdown'));
  expect(markdown.name).toBe('Tell me a story about a cat.md');
  expect(markdown.text).toContain(`## Answer\n\n${cat}`);
  const all = await downloaded(page, () => page.getByRole('button', { name: 'Export all' }).click());
  expect(JSON.parse(all.text)).toMatchObject({ format: 'mixtab-chats', conversations: { length: 2 } });

  await test.step('delete, asked once more', async () => {
    await choose(page, 'Sums', 'Delete');
    await page.getByRole('button', { name: 'Keep' }).click();
    await expect(titles(page)).toHaveCount(2);
    await page.getByRole('button', { name: 'Delete all' }).click();
    await sidebar(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(titles(page)).toHaveCount(0);
    await expect(parts.answers).toHaveCount(0);
  });

  await test.step('files bring them back; a wrong one says what to do', async () => {
    const picker = sidebar(page).locator('input[type=file]');
    await picker.setInputFiles({ name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes') });
    await expect(sidebar(page).getByRole('alert')).toContainText('Choose a file that was exported here.');
    await picker.setInputFiles([
      { name: 'all.json', mimeType: 'application/json', buffer: Buffer.from(all.text) },
      { name: markdown.name, mimeType: 'text/markdown', buffer: Buffer.from(markdown.text) },
    ]);
    await expect(titles(page)).toHaveCount(3);
    await expect(sidebar(page).getByRole('alert')).toHaveCount(0);
    await titles(page).filter({ hasText: 'cat' }).first().click();
    await expect(parts.lastAnswer.locator('.prose')).toHaveText(cat);
  });
});
