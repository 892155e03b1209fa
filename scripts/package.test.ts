import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { parseSync } from 'rolldown/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackage } from './package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
let consumer: string;
beforeAll(async () => {
  folder = await buildPackage(root);
  consumer = mkdtempSync(join(tmpdir(), 'mixtab-consumer-'));
  cpSync(folder, join(consumer, 'node_modules/mixtab'), { recursive: true });
});
afterAll(() => rmSync(consumer, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const modules = () =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name, text: read(name), syntax: parseSync(name, read(name)).module }));
const manifest = () => JSON.parse(read('package.json'));

describe('the package', () => {
  it('is what its package.json says, as publint has it', async () => {
    const { messages } = await publint({ pkgDir: folder, strict: true });
    expect(messages).toEqual([]);
  });

  it('depends on nothing, and imports nothing but itself and react', () => {
    expect(manifest()).not.toHaveProperty('dependencies');
    const foreign = modules().flatMap(({ name, text, syntax }) => {
      const later = syntax.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1));
      return [...syntax.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...later]
        .filter((from) => !/^\.\/[\w-]+\.js$|^react(\/|$)/.test(from))
        .map((from) => `${name}: ${from}`);
    });
    expect(foreign).toEqual([]);
  });

  it('has workers of one file each, which run as modules and as classic scripts', () => {
    const workers = modules().filter(({ name }) => name.endsWith('.worker.js'));
    const names = workers.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['engine.worker.js', 'library.worker.js', 'convert.worker.js']));
    for (const { name, syntax } of workers) {
      expect(manifest().exports).toHaveProperty([`./${name}`]);
      expect([syntax.staticImports, syntax.dynamicImports, syntax.staticExports], name).toEqual([[], [], []]);
    }
  });

  it('needs no build of ours, makes no code from text, and no worker from a blob', () => {
    const unwanted = /import\.meta\.(?!url\b)\w+|(?<![.\w])eval\(|\bnew Function\b|\bcreateObjectURL\b/g;
    expect(
      modules().flatMap(({ name, text }) => [...text.matchAll(unwanted)].map(([what]) => `${name}: ${what}`)),
    ).toEqual([]);
  });

  it('brings the embedded model, its license and those of what it bundles', () => {
    const model = readdirSync(join(root, 'public/models/tiny'), { recursive: true }).sort();
    expect(readdirSync(join(folder, 'models/tiny'), { recursive: true }).sort()).toEqual(model);
    expect(read('LICENSE')).toContain('Apache License');
    for (const name of ['comlink', 'idb-keyval', '@mlc-ai/web-tokenizers', '@huggingface/hub']) {
      expect(read('NOTICES.txt')).toContain(`\n${name} `);
    }
  });
});

describe("the package's types", () => {
  const check = (settings: object, source: string) => {
    writeFileSync(join(consumer, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(consumer, 'main.ts'), source);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      types: [],
      lib: ['ES2023', 'DOM', 'DOM.Iterable'],
      ...settings,
    };
    writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    try {
      return execFileSync(process.execPath, [tsc, '-p', consumer], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const source = `
    import { createEngine, type Engine, MixtabError } from 'mixtab';
    import { openAiFetch } from 'mixtab/openai';
    import { useChat } from 'mixtab/react';
    import { CreateMLCEngine } from 'mixtab/web-llm';
    import { MixtabChat } from 'mixtab/widget';
    const engine: Engine = await createEngine('tiny', { budgetBytes: 1e9, onProgress: ({ progress }) => progress.toFixed() });
    for await (const { choices } of await engine.chat.completions.create({ messages: [], stream: true })) {
      const text: string | undefined | null = choices[0]?.delta.content;
    }
    const response: Response = await openAiFetch(engine)('/v1/models');
    const { chat } = await CreateMLCEngine('tiny', { initProgressCallback: ({ text }) => text.length });
    const send: (text: string) => Promise<void> = useChat({ model: 'tiny' }).send;
    const widget: HTMLElement = new MixtabChat();
    const same: MixtabChat | null = document.querySelector('mixtab-chat');
    const code: string = new MixtabError('aborted', '', '').code;
  `;

  it.each([
    ['bundler', 'esnext'],
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
  ])('hold for a consumer that resolves as %s does', (moduleResolution, module) => {
    expect(check({ moduleResolution, module, target: 'es2023' }, source)).toBe('');
  });

  it('say what is wrong', () => {
    const settings = { moduleResolution: 'bundler', module: 'esnext', target: 'es2023' };
    expect(check(settings, `import { createEngine } from 'mixtab'; createEngine(1);`)).toMatch(
      /main\.ts\(1,\d+\): error TS2769/,
    );
  });
});
