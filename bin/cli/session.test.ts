import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HeadlessEvent } from '../headless/api';
import { openSession, type Session } from './session';

/** Stands in for the app: what is under test is the way between the command and a page, not the engine. */
const PAGE = `<!doctype html><script>
  window.mixtabHeadless = {
    load: async (model, options) => {
      await window.mixtabEvent({ type: 'text', text: JSON.stringify([model.path, options.contextLength]) });
      const runs = Number(localStorage.getItem('runs')) + 1;
      localStorage.setItem('runs', runs);
      return { value: { id: model.id, name: location.origin + ' ' + isSecureContext + ' ' + runs } };
    },
    generate: async ({ input, logitsPath }) => {
      if (input.prompt === 'hang') return new Promise(() => {});
      if (input.prompt === 'fail') {
        return { error: { code: 'record-broken', message: 'expert/1/2: broken', hint: 'Again.', data: { record: 'expert/1/2' } } };
      }
      const { status } = await fetch(logitsPath, { method: 'POST', body: new Float32Array([1, -2.5]) });
      return { value: { result: { text: String(status) } } };
    },
  };
</script>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixtab-session-'));
  await mkdir(join(folder, 'dist/bin/headless'), { recursive: true });
  await writeFile(join(folder, 'dist/bin/headless/index.html'), PAGE);
});
afterAll(() => rm(folder, { recursive: true }));

async function withSession(
  work: (session: Session, controller: AbortController, events: HeadlessEvent[]) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const events: HeadlessEvent[] = [];
  const session = await openSession({
    dist: join(folder, 'dist'),
    mounts: {},
    profileDir: join(folder, 'profile'),
    signal: controller.signal,
    onEvent: (event) => events.push(event),
  });
  try {
    await work(session, controller, events);
  } finally {
    await session.close();
  }
}

const MODEL = { id: 'm', path: '/models/m/' };
const load = (session: Session) => session.load(MODEL, { contextLength: 64 });
const generate = (session: Session, prompt: string, file?: string) =>
  session.generate({ input: { prompt }, maxTokens: 1, stream: true }, file);

it('calls the page, hears its events, and meets its storage again in the next session', async () => {
  await withSession(async (session, _, events) => {
    expect(await load(session)).toMatchObject({ id: 'm', name: 'http://mixtab.localhost true 1' });
    expect(events).toEqual([{ type: 'text', text: '["/models/m/",64]' }]);
  });
  await withSession(async (session) => {
    expect((await load(session)).name).toBe('http://mixtab.localhost true 2');
  });
});

it('brings errors over whole, and logits into a file', async () => {
  await withSession(async (session) => {
    await expect(generate(session, 'fail')).rejects.toMatchObject({
      name: 'MixtabError',
      code: 'record-broken',
      message: 'expert/1/2: broken',
      hint: 'Again.',
      data: { record: 'expert/1/2' },
    });
    const file = join(folder, 'logits.f32');
    expect((await generate(session, 'save', file)).result.text).toBe('204');
    const bytes = await readFile(file);
    expect([bytes.length, bytes.readFloatLE(0), bytes.readFloatLE(4)]).toEqual([8, 1, -2.5]);
    expect((await generate(session, 'save', join(folder, 'none/logits.f32'))).result.text).toBe('500');
  });
});

it('lets no call hang when it is interrupted or the browser goes', async () => {
  await withSession(async (session, controller) => {
    const hanging = generate(session, 'hang');
    controller.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'aborted' });
  });
  await withSession(async (session) => {
    const hanging = generate(session, 'hang');
    await Promise.all([expect(hanging).rejects.toMatchObject({ code: 'worker-died' }), session.close()]);
  });
});
