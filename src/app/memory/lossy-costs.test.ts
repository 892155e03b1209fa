import { expect, it } from 'vitest';
import results from '../../../bench/results.md?raw';
import { LOSSY_COSTS } from './lossy-costs';

/** `| residentMargin 0.5 | 16 | 5.58 | +0.9% | 0.0089 | 12.0% | 0.0% | 1.86 | 31.3% | ...`: the cells behind a row's name. */
function rowOf(name: string): string[] {
  const row = results.split('\n').find((line) => line.startsWith(`| ${name} `));
  return (row ?? '').split('|').slice(2, -1);
}

it('the costs that the panel names are those that were measured', () => {
  for (const { mode, missesSaved, perplexity, picksChanged } of LOSSY_COSTS) {
    const [[name, value] = []] = Object.entries(mode);
    const cells = rowOf(value === true ? `${name}` : `${name} ${value}`);
    const share = (cell = '') => Number((Number.parseFloat(cell) / 100).toFixed(3));
    expect([name, share(cells[2]), share(cells[4]), share(cells[7])]).toEqual([
      ...[name, perplexity, picksChanged, missesSaved],
    ]);
  }
});
