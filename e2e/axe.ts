import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** All rules in the first one; in the others those of colours, since nothing else differs. */
const SCHEMES = [
  { name: 'light', colorScheme: 'light', contrast: 'no-preference', rules: null },
  { name: 'dark', colorScheme: 'dark', contrast: 'no-preference', rules: ['color-contrast'] },
  { name: 'light, high contrast', colorScheme: 'light', contrast: 'more', rules: ['color-contrast-enhanced'] },
  { name: 'dark, high contrast', colorScheme: 'dark', contrast: 'more', rules: ['color-contrast-enhanced'] },
] as const;

/** Each finding of axe as one line: scheme, rule, what it says, where. High contrast is held to 7:1 (WCAG AAA). */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const { name, colorScheme, contrast, rules } of SCHEMES) {
    await page.emulateMedia({ colorScheme, contrast });
    // The page hears of it a moment later.
    if (contrast === 'more') await page.locator('html[data-contrast=more]').waitFor();
    // The page hears of it by an event.
    await expect(page.locator('html')).toHaveAttribute('data-contrast', contrast === 'more' ? 'more' : 'normal');
    const lines = await page.evaluate(async (values) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const only = values ? { runOnly: { type: 'rule' as const, values: [...values] } } : {};
      const { violations } = await axe.run(document, { resultTypes: ['violations'], ...only });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target }) => `${id}: ${help}: ${target.join(' ')}`),
      );
    }, rules);
    found.push(...lines.map((line) => `${name}: ${line}`));
  }
  await page.emulateMedia({ colorScheme: 'light', contrast: 'no-preference' });
  return found;
}
