import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Generated, HeadlessEvent, HeadlessModel, Outcome } from '../bin/headless/api';
import type { LoadOptions } from '../src/protocol/engine';
import { type BarePage, openBarePage } from './bare-page';
import { buildApp } from './build.mjs';
import { treeBytes } from './process-memory';
import { serve } from './serve.mjs';
import { writeWideGguf } from './wide-gguf';

const MB = 1_000_000;
const PROMISED_MB = 600;
/** Looking costs the system time too. */
const SAMPLE_MS = 250;
/** For the page's own memory to be all there. */
const SETTLE_MS = 2000;
const BUDGET_MB = 520;
const PROMPT = [1, 300, 400, 500];
const TOKENS = 4;

export interface WideOptions {
  layers: number;
  /** Convert workers at once, at most 4; 0: as many as on this machine. */
  lanes: number;
}

/** Imports, answers, prints what it took. Resolves to the exit status: 1 where the import took more than is promised. */
export async function main(root: string, { layers, lanes }: WideOptions): Promise<number> {
  const dist = await buildApp(root, console.log);
  const folder = await mkdtemp(join(tmpdir(), 'mixtab-wide-'));
  const file = 'wide.gguf';
  try {
    console.log(`writing a GGUF of true width, layers: ${layers}`);
    await writeWideGguf(join(folder, file), layers);
    const server = await serve({ root: dist, mounts: { [`/${file}`]: join(folder, file) } });
    try {
      const memory = new Memory();
      const page = await openBarePage(`${server.url}bin/headless/index.html`, {
        profileDir: join(folder, 'profile'),
        cores: lanes,
        onTell: (text) => memory.enter((JSON.parse(text) as HeadlessEvent).type),
      });
      try {
        return await importAndAnswer(page, `/${file}`, memory);
      } finally {
        await page.close();
      }
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importAndAnswer(page: BarePage, importFrom: string, memory: Memory): Promise<number> {
  const ready = `new Promise((resolve) => { const look = () => 'mixtabHeadless' in window ? resolve() : setTimeout(look, 50); look(); })`;
  await page.evaluate(ready);
  await page.evaluate('window.mixtabEvent = async (event) => tell(JSON.stringify(event))');
  memory.watch(page.pid);
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    memory.enter('import');
    const model: HeadlessModel = { id: 'wide', importFrom, format: 'q4' };
    const options: LoadOptions = { budgetBytes: BUDGET_MB * MB, contextLength: 512 };
    await call(page, 'load', model, options);
    memory.enter('text');
    const request = { input: { ids: PROMPT }, sampling: { seed: 0, temperature: 0 }, maxTokens: TOKENS, stream: false };
    const { result } = await call<Generated>(page, 'generate', request);
    memory.enter('end');
    console.log(`answer: ${result.ids.length} tokens, ids ${result.ids.join(' ')}`);
  } finally {
    memory.stop();
  }
  return memory.report();
}

async function call<T>(page: BarePage, name: 'load' | 'generate', ...args: unknown[]): Promise<T> {
  const outcome = (await page.evaluate(`window.mixtabHeadless.${name}(...${JSON.stringify(args)})`)) as Outcome<T>;
  if (outcome.error) throw new Error(`${name}: ${outcome.error.message}`);
  return outcome.value;
}

type Phase = 'open' | HeadlessEvent['type'] | 'end';

/** The most that the browser's processes hold in each phase. */
class Memory {
  readonly #most = new Map<Phase, number>();
  readonly #began = new Map<Phase, number>();
  #phase: Phase = 'open';
  #timer: ReturnType<typeof setInterval> | undefined;

  watch(pid: number): void {
    this.#timer = setInterval(() => {
      const bytes = treeBytes(pid);
      if (bytes === null) return this.stop();
      this.#most.set(this.#phase, Math.max(bytes, this.#most.get(this.#phase) ?? 0));
    }, SAMPLE_MS);
  }

  enter(phase: Phase): void {
    if (phase !== this.#phase) this.#began.set(phase, performance.now());
    this.#phase = phase;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  report(): number {
    const seconds = (from: Phase, to: Phase): string =>
      (((this.#began.get(to) ?? Number.NaN) - (this.#began.get(from) ?? Number.NaN)) / 1000).toFixed(1);
    console.log(`import: ${seconds('import', 'progress')} s, loading: ${seconds('progress', 'text')} s`);
    console.log(`answer: ${seconds('text', 'end')} s`);
    const [open, most] = [this.#most.get('open'), this.#most.get('import')];
    if (open === undefined || most === undefined) {
      console.log('memory: expected Linux, which tells what processes hold, got another system: not measured');
      return 0;
    }
    const taken = (most - open) / MB;
    console.log(`memory of the whole browser: ${(open / MB).toFixed(0)} MB with the page open`);
    console.log(`at most ${taken.toFixed(0)} MB more while importing (promised: below ${PROMISED_MB})`);
    return taken < PROMISED_MB ? 0 : 1;
  }
}
