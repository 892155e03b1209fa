import { afterEach, beforeAll, expect, test } from 'vitest';
import { type ImportedPack, ScriptedImport } from '../../tests/support/scripted-import';
import { temporaryModel } from '../../tests/support/temporary-store';
import { recordKind } from '../pack/layout';
import { validateManifest } from '../pack/manifest';
import type { GenerateDelta, GenerateRequest, GenerateResult } from '../protocol/engine';
import { Engine } from './engine';
import { GREEDY, loadTiny, TINY } from './testing';

/** The engine on a model whose import still runs: the embedded model, committed by hand over the real database, lock and channel. */

const REQUEST: GenerateRequest = {
  id: 'r',
  // Short: its picks leave experts for the answer to ask for.
  input: { prompt: 'One day' },
  sampling: GREEDY,
  maxTokens: 24,
  stop: [],
  promptLogits: true,
};

let tiny: ImportedPack;
let expected: GenerateResult;
let engine: Engine | undefined;

beforeAll(async () => {
  tiny = await fetchTiny();
  const whole = await loadTiny();
  expected = await whole.generate(REQUEST, () => {});
  await whole.unload();
});
afterEach(async () => {
  await engine?.unload();
  engine = undefined;
});

async function fetchTiny(): Promise<ImportedPack> {
  const manifest = validateManifest(await (await fetch(`${TINY.url}manifest.json`)).json());
  const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { name } of manifest.records) {
    bytes.set(name, new Uint8Array(await (await fetch(`${TINY.url}${name}.bin`)).arrayBuffer()));
  }
  return { manifest, bytes };
}

/** An import that has brought the dense weights and the experts named, and an engine that has the model loaded. */
async function unfinished(...experts: string[]): Promise<{ id: string; importer: ScriptedImport; engine: Engine }> {
  const id = temporaryModel();
  const importer = await ScriptedImport.run(id, tiny);
  const { config, records } = tiny.manifest;
  const dense = records.map(({ name }) => name).filter((name) => recordKind(config, name) !== 'expert');
  await importer.commit(...dense, ...experts);
  engine = new Engine();
  // No budget: there is room for every expert, and those that are there are brought in at once.
  const info = await engine.load({ id }, { kernelVariant: 'row' }, () => {});
  expect(info).toMatchObject({ id, name: tiny.manifest.name });
  return { id, importer, engine };
}

/** Experts that the first tokens of prompt and expected answer pick, by record name. */
function pickedExperts(tokens?: number): Set<string> {
  return new Set(
    expected.routing.flatMap((picks, layer) =>
      picks
        .slice(0, tokens)
        .flat()
        .map((expert) => `expert/${layer}/${expert}`),
    ),
  );
}

function expectSame(result: GenerateResult): void {
  expect(result.ids).toEqual(expected.ids);
  expect(result.routing).toEqual(expected.routing);
  expect(result.promptLogits?.length).toBe(expected.promptLogits?.length);
  expect(result.promptLogits?.every((logit, i) => logit === expected.promptLogits?.[i])).toBe(true);
}

test('answers while experts are still coming, bit for bit as the whole model: picks wait for theirs, and for no other', async () => {
  const { importer, engine } = await unfinished('expert/0/0', 'expert/3/7');
  importer.onWant((record) => void importer.commit(record));
  expectSame(await engine.generate(REQUEST, () => {}));
  const coming = pickedExperts();
  coming.delete('expert/0/0');
  coming.delete('expert/3/7');
  expect(coming.size).toBeGreaterThan(0);
  expect(importer.wanted.toSorted()).toEqual([...coming].toSorted());
});

test('a pause in the middle of an answer refuses the rest of it; after a resume the next answer needs no reload', async () => {
  const prompt = expected.promptIds.length;
  const { id, importer, engine } = await unfinished(...pickedExperts(prompt + 2));
  importer.onWant(() => importer.end());
  const deltas: GenerateDelta[] = [];
  await expect(engine.generate(REQUEST, (delta) => deltas.push(delta))).rejects.toMatchObject({
    code: 'import-incomplete',
    hint: expect.stringContaining('Resume'),
    data: { id },
  });
  const told = deltas.flatMap(({ ids }) => ids);
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual(expected.ids.slice(0, told.length));
  // What needs no missing expert goes on.
  const short = await engine.generate({ ...REQUEST, maxTokens: 3 }, () => {});
  expect(short.ids).toEqual(expected.ids.slice(0, 3));

  const next = await ScriptedImport.run(id, tiny);
  next.onWant((record) => void next.commit(record));
  expectSame(await engine.generate(REQUEST, () => {}));
  expect(next.wanted).not.toEqual([]);
});

test('an answer that waits for an expert can be stopped', async () => {
  const { importer, engine } = await unfinished();
  const wanted = importer.nextWant();
  const answer = engine.generate(REQUEST, () => {});
  await wanted;
  engine.cancel(REQUEST.id);
  await expect(answer).rejects.toMatchObject({ code: 'aborted' });
  importer.onWant((record) => void importer.commit(record));
  // Those that were wanted before are not asked for again.
  await importer.commit(...importer.wanted);
  expectSame(await engine.generate(REQUEST, () => {}));
});

test('when the import ends, the model that runs has it all', async () => {
  const { importer, engine } = await unfinished();
  await importer.commit(...tiny.manifest.records.map(({ name }) => name).filter((name) => name.startsWith('expert/')));
  await importer.finish();
  expectSame(await engine.generate(REQUEST, () => {}));
});
