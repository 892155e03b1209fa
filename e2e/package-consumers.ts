import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { buildPackage } from '../scripts/package.mjs';
import { capture } from '../scripts/process.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A folder of `examples/`, copied to a place of its own, with the packed and installed package in its node_modules. */
export type Consumer = (example: string) => string;

/** Bundlers and frameworks are the repository's own; of Mixtab, consumers see what npm unpacks, and nothing else. */
export const test = base.extend<object, { consumer: Consumer }>({
  consumer: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
    async ({}, use) => {
      const built = await buildPackage(ROOT);
      mkdirSync(join(ROOT, '.cache'), { recursive: true });
      const folder = mkdtempSync(join(ROOT, '.cache/consumers-'));
      try {
        writeFileSync(join(folder, 'package.json'), '{ "private": true }');
        await npm(folder, 'pack', built);
        const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
        await npm(folder, 'install', '--offline', '--no-package-lock', `./${tarball}`);
        await use((example) => {
          const copy = join(folder, example);
          cpSync(join(ROOT, 'examples', example), copy, { recursive: true });
          cpSync(join(folder, 'node_modules/mixtab'), join(copy, 'node_modules/mixtab'), { recursive: true });
          return copy;
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker' },
  ],
});

export { expect };

/** Runs npm in a folder; what it prints is part of the failure. */
export async function npm(folder: string, ...args: string[]): Promise<void> {
  const script = process.env.npm_execpath;
  const { status, output } = script?.endsWith('.js')
    ? await capture(process.execPath, [script, ...args], { cwd: folder })
    : await capture('npm', args, { cwd: folder });
  expect(status, output).toBe(0);
}

/**
 * Opens a page as a visitor would and asks its model. Fails on an error in the page, and on any request to another origin than its own and
 * that of `server`.
 */
export async function ask(page: Page, url: string, server = url): Promise<string> {
  const origins = [new URL(url).origin, new URL(server).origin];
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  page.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) wrong.push(`asked ${request.url()}`);
  });
  await page.goto(url);
  const button = page.getByRole('button', { name: 'Ask' });
  await button.click();
  await expect(page.getByRole('status')).toHaveText(STORY);
  await expect(button).toBeEnabled();
  expect(wrong).toEqual([]);
  return (await page.getByRole('status').textContent()) ?? '';
}

/** A first sentence of the embedded model's. */
const STORY = /(\w+[ ,]+){8}/;
