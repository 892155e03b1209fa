import { describe, expect, it } from 'vitest';
import { parseCommand, UsageError } from './args';

const run = (...argv: string[]) => parseCommand(['run', '--model', 'tiny', ...argv]);

describe('parseCommand', () => {
  it('reads a run with its defaults', () => {
    expect(run('--prompt', 'Once')).toEqual({
      name: 'run',
      model: 'tiny',
      format: 'q4',
      input: { prompt: 'Once' },
      maxTokens: 128,
      temperature: undefined,
      topP: undefined,
      seed: 0,
      budgetBytes: undefined,
      contextLength: undefined,
      kernelVariant: undefined,
      paging: { prefetch: true },
      lossy: { standIns: false },
      json: false,
      logitsFile: undefined,
      traceFile: undefined,
      profileDir: undefined,
    });
  });

  it('reads a bench at full size: budgets are given twice, or with commas between them', () => {
    const defaults = {
      name: 'bench',
      what: 'fullsize',
      layers: 32,
      narrow: false,
      budgets: [4e9, 2e9],
      ramBytes: 0,
      prefetch: true,
      kernelVariant: undefined,
      tokens: 8,
      profileDir: undefined,
      json: false,
    };
    expect(parseCommand(['bench', 'fullsize'])).toEqual(defaults);
    const argv = '--layers 2 --gpu-mb 700,600 --gpu-mb 500.5 --ram-mb 100 --no-prefetch --tokens 3 --json';
    expect(parseCommand(['bench', 'fullsize', ...argv.split(' ')])).toEqual({
      ...defaults,
      layers: 2,
      budgets: [700e6, 600e6, 500.5e6],
      ramBytes: 100e6,
      prefetch: false,
      tokens: 3,
      json: true,
    });
    for (const wrong of ['--layers 33', '--layers 0', '--gpu-mb 100,x', '--tokens 1 --tokens 2']) {
      expect(() => parseCommand(['bench', 'fullsize', ...wrong.split(' ')]), wrong).toThrow(UsageError);
    }
  });

  it('reads every option of a run', () => {
    const argv =
      '--ids 1,22,333 --format q8 --max-tokens 5 --temperature 0.5 --top-p .9 --seed 4294967295 --budget-mb 7.5 --ctx 64 --kernel row --json --logits l.f32 --trace t.ndjson --profile-dir p --policy lfu --ram-mb 100 --no-prefetch --pin 0/3,31/7 --resident-margin 1.5 --skip-below .2 --experts-per-token 1 --stand-ins';
    expect(run(...argv.split(' '))).toEqual({
      name: 'run',
      model: 'tiny',
      format: 'q8',
      input: { ids: [1, 22, 333] },
      maxTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      seed: 4294967295,
      budgetBytes: 7_500_000,
      contextLength: 64,
      kernelVariant: 'row',
      paging: {
        policy: 'lfu',
        ramBytes: 100e6,
        prefetch: false,
        pinned: [
          { layer: 0, expert: 3 },
          { layer: 31, expert: 7 },
        ],
      },
      lossy: { residentMargin: 1.5, skipBelow: 0.2, topK: 1, standIns: true },
      json: true,
      logitsFile: 'l.f32',
      traceFile: 't.ndjson',
      profileDir: 'p',
    });
  });

  it('takes text as it is: empty, with dashes, with any character', () => {
    for (const text of ['', '-5 + 7', 'a=b "c"\n', '日本']) {
      expect(run(`--chat=${text}`)).toMatchObject({ input: { chat: text } });
    }
  });

  it('reads the other commands', () => {
    expect(parseCommand(['convert', 'a', 'b'])).toEqual({ name: 'convert', source: 'a', out: 'b', format: 'q4' });
    expect(parseCommand(['convert', '--format', 'q8', 'a', 'b'])).toMatchObject({ format: 'q8' });
    expect(parseCommand(['inspect', 'a', '--json'])).toEqual({
      name: 'inspect',
      source: 'a',
      format: 'q4',
      budgetBytes: undefined,
      storageBytesPerSecond: 1e9,
      gpuBytesPerSecond: 400e9,
      json: true,
    });
    expect(parseCommand(['inspect', '--budget-mb', '2', 'a'])).toMatchObject({ budgetBytes: 2_000_000 });
    expect(parseCommand(['inspect', '--storage-gbps', '0.5', '--gpu-gbps', '100', 'a'])).toMatchObject({
      storageBytesPerSecond: 5e8,
      gpuBytesPerSecond: 1e11,
    });
    expect(parseCommand(['bench', '--json'])).toEqual({ name: 'bench', what: 'model', json: true });
    expect(parseCommand(['bench', 'import'])).toEqual({ name: 'bench', what: 'import', json: false });
    expect(parseCommand(['bench', 'lossy', '--json'])).toEqual({ name: 'bench', what: 'lossy', json: true });
    expect(parseCommand(['--help'])).toEqual({ name: 'help' });
    expect(parseCommand(['run', '--help'])).toEqual({ name: 'help' });
    expect(parseCommand(['--version'])).toEqual({ name: 'version' });
  });

  it.each([
    [[], 'expected a command'],
    [['walk'], 'got walk'],
    [['run', '--prompt', 'a'], 'expected --model'],
    [['run', '--model', '', '--prompt', 'a'], '--model: expected a value'],
    [['run', '--model', 'tiny'], 'exactly one of --prompt, --chat and --ids, got 0'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--ids', '1'], 'got 2'],
    [['run', '--model', 'tiny', '--prompt'], '--prompt'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--prompt', 'b'], '--prompt: expected once'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--wat'], '--wat'],
    [['run', '--model', 'tiny', '--prompt', 'a', 'b'], 'got b'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--json=yes'], '--json'],
    [['run', '--model', 'tiny', '--ids', '1,,2'], '--ids'],
    [['run', '--model', 'tiny', '--ids', '-1'], '--ids'],
    [['run', '--model', 'tiny', '--ids', '1.5'], '--ids'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--max-tokens', '0'], '--max-tokens'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--max-tokens', '1.5'], '--max-tokens'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--max-tokens', 'many'], '--max-tokens'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--temperature=-1'], '--temperature'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--temperature', 'NaN'], '--temperature'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--top-p', '0'], '--top-p'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--top-p', '1.1'], '--top-p'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--seed', '4294967296'], '--seed'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--budget-mb', '0'], '--budget-mb'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--budget-mb', '0x10'], '--budget-mb'],
    [['run', '--model', 'tiny', '--prompt', 'a', '--ctx', '0'], '--ctx'],
    [['convert', 'a'], 'expected OUT'],
    [['convert', 'a', 'b', 'c'], 'got c'],
    [['convert', 'a', 'b', '--format', 'q5'], 'got q5'],
    [['inspect'], 'expected SRC'],
    [['bench', 'x'], 'got x'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(message);
  });
});
