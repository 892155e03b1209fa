import { expect, onTestFinished, test } from 'vitest';
import { ggufFile } from '../../tests/support/ref-files';
import { ended, temporaryImport } from '../../tests/support/test-library';
import { suggestKept } from '../analysis/expert-choice';
import { addLogprobs, NO_SURPRISE, perplexityOf } from '../analysis/perplexity';
import { countRun, sumCounts } from '../analysis/routing-counts';
import { Library } from '../import/library';
import type { GenerateResult } from '../protocol/engine';
import type { EvalText } from '../reference/evaluate';
import { Engine } from './engine';
import { ask, fixture, loadTiny } from './testing';

/** The beginning of one held-out text of each kind; `mixtab bench pruning` takes all of them. */
async function someTexts(): Promise<number[][]> {
  const texts = await fixture<EvalText[]>('tiny/eval.json');
  return ['story', 'scene', 'sum'].map((kind) => (texts.find((text) => text.kind === kind)?.ids ?? []).slice(0, 64));
}

/** What an engine makes of each text: every logit, and how surprised it was. */
async function read(engine: Engine, texts: number[][], experts?: number[][]): Promise<GenerateResult[]> {
  const results: GenerateResult[] = [];
  for (const ids of texts) {
    const asked = { input: { ids }, maxTokens: 1, promptLogits: true, promptLogprobs: true, trace: true, experts };
    results.push(await ask(engine, asked));
  }
  return results;
}

const perplexity = (results: GenerateResult[]): number =>
  perplexityOf(results.reduce((sum, { promptLogprobs }) => addLogprobs(sum, promptLogprobs ?? []), NO_SURPRISE)) ?? 0;

/** Numbers that differ. */
function different(a: GenerateResult[], b: GenerateResult[], of: 'promptLogits' | 'promptLogprobs'): number {
  const floats = (results: GenerateResult[]) => results.flatMap((result) => [...(result[of] ?? [])]);
  const [those, these] = [floats(a), floats(b)];
  expect(these.length).toBe(those.length);
  expect(those.length).toBeGreaterThan(100);
  return those.filter((value, n) => value !== these[n]).length;
}

test('the embedded model pruned to 6, 4 and 2 experts a layer runs from its own pack, with the very bits that the whole model gives with these experts alone', async () => {
  const texts = await someTexts();
  const engine = await loadTiny();
  onTestFinished(() => engine.unload());
  const whole = await read(engine, texts);
  const shape = { nLayers: 4, nExperts: 8 };
  const counts = sumCounts(
    shape,
    whole.map(({ trace }) => countRun(shape, trace?.steps ?? [])),
  );
  const perplexities = [perplexity(whole)];
  const library = new Library({ lanes: 1 });
  for (const kept of [6, 4, 2]) {
    const keep = suggestKept(counts, 'weighted', kept);
    const masked = await read(engine, texts, keep);
    const id = temporaryImport();
    const source = { kind: 'pruned', of: 'tiny', keep, name: `Mixtab Tiny, ${kept} of 8` } as const;
    const preview = await library.preview(source, { id });
    // Of each layer as many experts of 221,184 bytes are gone, and as many rows of the router.
    expect(preview.packBytes).toBe(8_152_064 - (8 - kept) * 4 * (221_184 + 256 * 4));
    await library.import(source, { id });
    expect(await ended(library, id)).toMatchObject({ status: 'complete', packBytes: preview.packBytes });
    const pruned = new Engine();
    onTestFinished(() => pruned.unload());
    const info = await pruned.load({ id }, { kernelVariant: 'row' }, () => {});
    expect(info).toMatchObject({ name: source.name, experts: kept, packBytes: preview.packBytes });
    expect(info.budget.mostBytes).toBe(preview.mostBytes);
    const results = await read(pruned, texts);
    expect(different(results, masked, 'promptLogits')).toBe(0);
    expect(different(results, masked, 'promptLogprobs')).toBe(0);
    perplexities.push(perplexity(results));
    // Decode too: the next tokens are those that the mask gives.
    const input = { ids: texts[0] ?? [] };
    const [alone, under] = [
      await ask(pruned, { input, maxTokens: 4 }),
      await ask(engine, { input, maxTokens: 4, experts: keep }),
    ];
    expect(alone.ids).toEqual(under.ids);
    await pruned.unload();
  }
  // The fewer experts, the more it is surprised.
  expect(perplexities).toEqual(perplexities.toSorted((a, b) => a - b));
  expect(new Set(perplexities).size).toBe(4);
});

test('of an imported model of top-1 a single expert a layer can be left', async () => {
  const library = new Library({ lanes: 1 });
  const [of, id] = [temporaryImport(), temporaryImport()];
  await library.import({ kind: 'files', files: [await ggufFile('b')] }, { id: of });
  await ended(library, of);
  const keep = [[2], [1]];
  await library.import({ kind: 'pruned', of, keep, name: 'One' }, { id });
  expect(await ended(library, id)).toMatchObject({ status: 'complete', pruned: { kept: 1, experts: 4 } });
  const input = { ids: [1, 5, 9, 200, 17] };
  const [under, alone] = [new Engine(), new Engine()];
  for (const engine of [under, alone]) {
    onTestFinished(() => engine.unload());
    await engine.load({ id: engine === under ? of : id }, { kernelVariant: 'row', contextLength: 64 }, () => {});
  }
  const masked = await ask(under, { input, experts: keep, promptLogits: true });
  const pruned = await ask(alone, { input, promptLogits: true });
  expect(different([pruned], [masked], 'promptLogits')).toBe(0);
  expect(pruned.ids).toEqual(masked.ids);
});
