import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { serve } from '../scripts/serve.mjs';
import { test as base, DIST, expect, finished, limitTokens, openReady } from './fixtures';

const REFS = fileURLToPath(new URL('../tests/fixtures/refs', import.meta.url));

/** A host that can be made to send nothing but the head of its file for a while. */
const host = { silent: false };

function redirectToModel(request: IncomingMessage, response: ServerResponse): void {
  if (!host.silent || request.headers.range?.startsWith('bytes=0-'))
    response.writeHead(302, { Location: '/refs/a/model-q4_0.gguf' }).end();
}

/** The checkpoints lie on the page's own server too, so that an address of one can be typed. */
const test = base.extend<object, { appUrl: string }>({
  appUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
    async ({}, use) => {
      const routes = { 'GET /slow.gguf': redirectToModel, 'HEAD /slow.gguf': redirectToModel };
      const server = await serve({ root: DIST, mounts: { '/refs/': REFS }, routes });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

/** The parts of the page that have to do with models, by roles and names. */
function library(page: Page) {
  const models = page.getByRole('dialog', { name: 'Models' });
  const add = page.getByRole('dialog', { name: 'Add a model' });
  return {
    open: page.getByRole('button', { name: /^Models, now/ }),
    models,
    row: (name: string) => models.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) }),
    add,
    openAdd: models.getByRole('button', { name: 'Add a model' }),
    address: add.getByLabel('Web address or Hugging Face name'),
    look: add.getByRole('button', { name: 'Look at it' }),
    import: add.getByRole('button', { name: 'Import', exact: true }),
    bar: page.getByRole('region', { name: 'Import' }),
  };
}

/** The plain file input: the chooser of File System Access is the browser's own and cannot be driven. */
async function withoutPicker(page: Page): Promise<void> {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'showOpenFilePicker');
    Reflect.deleteProperty(window, 'showDirectoryPicker');
  });
}

async function openAdd(page: Page) {
  const parts = library(page);
  await parts.open.click();
  await parts.openAdd.click();
  await expect(parts.add).toBeVisible();
  return parts;
}

async function chooseFiles(page: Page, files: string | string[]) {
  const parts = await openAdd(page);
  const chooser = page.waitForEvent('filechooser');
  await parts.add.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(files);
  return parts;
}

async function lookAt(page: Page, address: string) {
  const parts = await openAdd(page);
  await parts.address.fill(address);
  await parts.look.click();
  return parts;
}

/** Imports what is previewed and waits until it is whole; the list is in front then. */
async function importIt(page: Page): Promise<void> {
  const parts = library(page);
  await parts.import.click();
  await expect(parts.add).toBeHidden();
  await expect(parts.bar).toContainText('is here');
}

test.beforeEach(({ page }) => withoutPicker(page));

test('a GGUF file is looked at, imported, answers, stays over a reload, and is deleted', async ({ page }) => {
  const app = await openReady(page);
  await limitTokens(page, 8);
  const parts = await chooseFiles(page, `${REFS}/a/model-q4_0.gguf`);
  await expect(parts.add).toContainText('GGUF, Q4_0');
  await expect(parts.add).toContainText('To store');
  await importIt(page);

  const row = parts.row('model-q4_0');
  await expect(row).toContainText('from this device');
  await row.getByRole('button', { name: /^Use/ }).click();
  await expect(parts.models).toBeHidden();
  await expect(parts.open).toContainText('model-q4_0');
  await expect(app.send).toBeEnabled();
  await app.prompt.fill('Hello');
  await app.prompt.press('Enter');
  await finished(app);
  await expect(app.lastAnswer).toHaveAttribute('data-status', /done|length/);

  await page.reload();
  await expect(app.send).toBeEnabled();
  await expect(parts.open).toContainText('model-q4_0');

  await parts.open.click();
  await expect(row).toContainText('In use');
  await row.getByRole('button', { name: /^Delete/ }).click();
  const confirm = page.getByRole('alertdialog');
  await expect(confirm).toContainText('Mixtab Tiny takes over the chat.');
  await expect(confirm.getByRole('button', { name: 'Keep' })).toBeFocused();
  await confirm.getByRole('button', { name: 'Delete' }).click();
  await expect(row).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(app.send).toBeEnabled();
  await expect(parts.open).toContainText('Mixtab Tiny');
});

test('the chat goes over to another model and says so', async ({ page }) => {
  const app = await openReady(page);
  await limitTokens(page, 8);
  await app.story.click();
  await finished(app);
  const parts = await lookAt(page, new URL('refs/b/model-q4_0.gguf', page.url()).href);
  await expect(parts.import).toBeEnabled();
  await importIt(page);
  await page.keyboard.press('Escape');
  await parts.bar.getByRole('button', { name: /^Use it/ }).click();
  await expect(page.getByText('answers from here on')).toBeVisible();
  await app.prompt.fill('And now?');
  await app.prompt.press('Enter');
  await expect(app.answers).toHaveCount(2);
  await finished(app);
  await expect(app.lastAnswer).toHaveAttribute('data-status', /done|length/);
});

test('an import that the last visit left is offered, and goes on', async ({ page }) => {
  await openReady(page);
  const parts = await lookAt(page, new URL('slow.gguf', page.url()).href);
  await expect(parts.import).toBeEnabled();
  host.silent = true;
  await parts.import.click();
  await expect(parts.add).toBeHidden();
  await expect(parts.row('slow')).toContainText('Importing');
  await expect(parts.bar).toContainText('is being imported');

  await page.reload();
  host.silent = false;
  await expect(parts.bar).toContainText('is not all here yet');
  await parts.bar.getByRole('button', { name: 'Go on' }).click();
  await expect(parts.bar).toContainText('is here');
  await parts.bar.getByRole('button', { name: 'Dismiss' }).click();
  await expect(parts.bar).toHaveCount(0);
});

test('a folder of safetensors offers four or eight bits, and shows what each takes', async ({ page }) => {
  await openReady(page);
  const parts = await openAdd(page);
  const chooser = page.waitForEvent('filechooser');
  await parts.add.getByRole('button', { name: 'Choose a folder' }).click();
  await (await chooser).setFiles(`${REFS}/b`);
  await expect(parts.add).toContainText('safetensors');
  const stored = parts.add.getByRole('definition').filter({ hasText: 'bytes' });
  const small = (await stored.textContent()) ?? '';
  await expect(parts.add.getByRole('radio', { name: '4 bits' })).toBeChecked();
  await parts.add.getByRole('radio', { name: '8 bits' }).check();
  await expect(stored).not.toHaveText(small);
  await expect(stored).toContainText('as q8');
});

test('what can be done with a model is there: one is recommended, one says what became of it and is verified to the last byte', async ({
  page,
}) => {
  await openReady(page);
  const { open, models } = library(page);
  await open.click();
  // Before anything is fetched; no GPU, no large model.
  const advice = models.getByRole('region', { name: 'For this device' });
  await expect(advice).toContainText('Mixtab Tiny, which is here');
  await expect(advice).toContainText('without a GPU');
  await page.keyboard.press('Escape');

  const parts = await chooseFiles(page, `${REFS}/b/model-q4_0.gguf`);
  await importIt(page);
  await expect(advice).toHaveCount(0);
  const row = parts.row('model-q4_0');
  await row.getByText('What became of the weights').click();
  await expect(row.getByRole('row', { name: /^w1 Q4_0 q4 4\.50/ })).toBeVisible();
  await row.getByRole('button', { name: /^Verify/ }).click();
  await expect(row).toContainText('Every byte is as it should be.');
  await expect(row).toContainText('Export needs');
});

test('a file dropped on the page is looked at', async ({ page }) => {
  await openReady(page);
  const transfer = await page.evaluateHandle(async () => {
    const bytes = await (await fetch('./refs/b/model-q4_0.gguf')).arrayBuffer();
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'dropped.gguf'));
    return data;
  });
  for (const type of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
    if (type === 'dragover')
      await expect(page.getByText('Drop a text to attach it, or a model to add it')).toBeVisible();
  }
  await expect(library(page).add).toContainText('dropped');
  await expect(library(page).import).toBeEnabled();
});

test('what is no model is refused in place, with what to do', async ({ page }) => {
  await openReady(page);
  const parts = await chooseFiles(page, fileURLToPath(import.meta.url));
  const alert = parts.add.getByRole('alert');
  await expect(alert).toBeVisible();
  await expect(parts.import).toHaveCount(0);
  await parts.address.fill(new URL('refs/nothing.gguf', page.url()).href);
  await parts.look.click();
  await expect(alert).toHaveAttribute('data-code', 'model-not-found');
  await parts.address.fill('nonsense');
  await parts.look.click();
  await expect(parts.add).toContainText('Expected a web address');
  // Closing it forgets all that.
  await page.keyboard.press('Escape');
  await expect(parts.openAdd).toBeFocused();
  await parts.openAdd.click();
  await expect(parts.add.getByRole('alert')).toHaveCount(0);
  await expect(parts.address).toHaveValue('');
});
