import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from './engine';
import { ask, fixture, floats, loadTiny, worstDifference } from './testing';

interface Golden {
  ids: number[];
  argmax: number[];
  picks: number[][][];
  logitStd: number;
}

let engine: Engine;
let goldens: Record<string, Golden>;

beforeAll(async () => {
  const list = await fixture<(Golden & { name: string })[]>('tiny/q4-goldens.json');
  goldens = Object.fromEntries(list.map((golden) => [golden.name, golden]));
  engine = await loadTiny();
});
afterAll(() => engine.unload());

test.each(['story', 'scene', 'sum', 'raw'])(
  'prefill logits equal the reference twin at every position: %s',
  async (name) => {
    const golden = goldens[name] as Golden;
    const result = await ask(engine, { input: { ids: golden.ids }, maxTokens: 1, promptLogits: true });
    const expected = await floats(`tiny/q4-golden-${name}.logits.f32`);
    const worst = worstDifference(result.promptLogits ?? [], expected, golden.logitStd);
    console.log(name, 'prefill', worst);
    expect(worst).toBeLessThan(1e-3);
    expect(result.routing).toEqual(golden.picks);
  },
);
