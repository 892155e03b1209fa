import { describe, expect, it } from 'vitest';
import { type StandInOptions, standIn } from '../../tests/stand-in-engine';
import { MixtabError } from '../protocol/errors';
import { Chats } from './chats';
import { Session } from './session';

/** The page's logic with a deterministic engine; the real one is used in e2e/. Frames are drawn by hand. */
function openSession(options: StandInOptions = {}) {
  const engine = standIn({ answer: 'one two three four five', ...options });
  const frames: (() => void)[] = [];
  const session = new Session({
    createEngine: engine.createEngine,
    connectServer: engine.connectServer,
    embedded: { id: 'tiny', url: 'http://localhost/models/tiny/', name: 'Mixtab Tiny' },
    storage: null,
    schedule: (frame) => frames.push(frame),
  });
  let ids = 0;
  const chats = new Chats({ session, kept: null, newId: () => `id-${ids++}`, now: () => ids });
  const state = () => session.store.getState();
  return {
    engine,
    session,
    chats,
    state,
    frames,
    last: () => state().chat.path.at(-1),
    codes: () => state().problems.map((problem) => problem.error.code),
  };
}

describe('loading', () => {
  it('goes from progress to ready, with the budget and the GPU bytes', async () => {
    const { session, state } = openSession();
    const seen: number[] = [];
    session.store.subscribe(() => seen.push(state().model.progress?.progress ?? 0));
    await session.start();
    expect(state().model).toMatchObject({ status: 'ready', budget: { slots: 32 } });
    expect(state().model.gpuBytes).toBe(state().model.budget?.budgetBytes);
    expect(Math.max(...seen)).toBe(1);
  });

  it('shows what failed, and forgets it once it worked', async () => {
    const failLoad = new MixtabError('network-failed', 'manifest.json: expected 200, got 503');
    const { session, state, engine, codes } = openSession({ failLoad });
    await session.start();
    expect(state().model.status).toBe('failed');
    expect(codes()).toEqual(['network-failed']);
    delete engine.options.failLoad;
    await session.start();
    expect(state().model.status).toBe('ready');
    expect(codes()).toEqual([]);
  });

  it('takes a missing adapter for a browser that cannot, not for a fault', async () => {
    const { session, state } = openSession({ failLoad: new MixtabError('webgpu-unavailable', 'no adapter') });
    await session.start();
    expect(state().model).toMatchObject({ status: 'unsupported', reason: { code: 'webgpu-unavailable' } });
    expect(state().problems).toEqual([]);
  });
});

describe('answering', () => {
  it('streams an answer, drawn at most once a frame', async () => {
    const { session, state, frames, last, chats } = openSession();
    await session.start();
    let draws = 0;
    session.store.subscribe(() => draws++);
    const sent = chats.send(' Tell me a story. ');
    await sent;
    expect(last()).toMatchObject({ text: 'one two three four five', status: 'done' });
    expect(state().chat.path[0]).toMatchObject({ text: 'Tell me a story.' });
    // Five tokens, but no frame came: one drawing at the end, beside asked, announced (twice) and ended.
    expect(frames).toHaveLength(1);
    expect(draws).toBe(5);
    expect(state().announcement).toBe('Answer: one two three four five');
    expect(state().stats?.decodeTokens).toBe(5);
  });

  it('sends the settings, and leaves seed and defaults to the engine where nothing is set', async () => {
    const { session, engine, chats } = openSession();
    await session.start();
    await chats.send('a');
    session.changeSettings({ temperature: 0, topP: 0.5, seed: 7, maxTokens: 99 });
    await chats.send('b');
    expect(engine.requests).toMatchObject([
      { temperature: 0.7, top_p: 0.9, max_tokens: 256 },
      { temperature: 0, top_p: 0.5, seed: 7, max_tokens: 99 },
    ]);
    expect(engine.requests[0]).not.toHaveProperty('seed');
  });

  it('keeps the text when stopped, and goes on from it', async () => {
    const { session, engine, last, frames, chats } = openSession();
    await session.start();
    engine.options.pace = async () => {
      if (frames.length > 0) session.stop();
    };
    await chats.send('a');
    expect(last()).toMatchObject({ text: 'one ', status: 'stopped' });
    delete engine.options.pace;
    await chats.send('b');
    expect(engine.requests[1]?.messages.map(({ content }) => content)).toEqual(['a', 'one ', 'b']);
  });

  it('says when the token limit ended it', async () => {
    const { session, last, chats } = openSession();
    await session.start();
    session.changeSettings({ maxTokens: 2 });
    await chats.send('a');
    expect(last()).toMatchObject({ text: 'one two ', status: 'length' });
  });

  it('keeps the text of a failed answer, and cures the alert by answering again', async () => {
    const failAnswer = new MixtabError('record-broken', 'record expert/0/1: expected its hash, got another');
    const { session, engine, codes, last, chats } = openSession({ failAnswer });
    await session.start();
    await chats.send('a');
    expect(last()).toMatchObject({ text: 'one two three ', status: 'failed' });
    expect(codes()).toEqual(['record-broken']);
    delete engine.options.failAnswer;
    await chats.regenerate();
    expect(last()).toMatchObject({ status: 'done' });
    expect(codes()).toEqual([]);
  });

  it('starts over with an empty chat, also in mid-answer', async () => {
    const { session, engine, state, frames, chats } = openSession();
    await session.start();
    engine.options.pace = async () => {
      if (frames.length > 0) chats.newChat();
    };
    await chats.send('a');
    expect(state().chat.path).toEqual([]);
  });

  it('forgets the oldest exchange where the context is full, and says so', async () => {
    const { session, engine, last, chats } = openSession({ contextLength: 100 });
    await session.start();
    await chats.send('first question');
    await chats.send('second question');
    expect(engine.requests[1]?.messages).toHaveLength(1);
    expect(last()).toMatchObject({ forgotten: 2, status: 'done' });
  });
});

describe('memory', () => {
  it('changes live, and of many wishes made meanwhile only the last is asked for', async () => {
    const { session, engine, state } = openSession();
    await session.start();
    const { leastBytes = 0, slotBytes = 0 } = state().model.budget ?? {};
    await Promise.all([0, 1, 2, 3].map((step) => session.setBudget(leastBytes + step * slotBytes)));
    expect(engine.budgets).toEqual([leastBytes, leastBytes + 3 * slotBytes]);
    expect(state().model.budget?.slots).toBe(5);
    expect(state().settings.budgets).toEqual({ tiny: leastBytes + 3 * slotBytes });
  });

  it('offers the least budget where a remembered one is too small', async () => {
    const { session, state, codes } = openSession();
    session.changeSettings({ budgets: { tiny: 1000 } });
    await session.start();
    expect(codes()).toEqual(['budget-too-small']);
    const [problem] = state().problems;
    if (problem) await session.takeLeastBudget(problem.error);
    expect(codes()).toEqual([]);
    expect(state().model.budget?.slots).toBe(2);
  });
});

describe('a base model', () => {
  it('goes on with the text instead of answering messages', async () => {
    const { session, engine, last, chats } = openSession({ chat: false });
    await session.start();
    await chats.send('Once upon');
    await chats.send('And then');
    expect(engine.prompts).toEqual(['Once upon', 'Once uponone two three four five\n\nAnd then']);
    expect(engine.requests).toEqual([]);
    expect(last()).toMatchObject({ text: 'one two three four five', status: 'done' });
  });
});

describe('switching models', () => {
  it('keeps the chat, says who answers from here on, and remembers the choice', async () => {
    const { session, state, engine, chats, last } = openSession();
    await session.start();
    await chats.send('a');
    await session.use('other');
    expect(state()).toMatchObject({ model: { id: 'other', status: 'ready' }, settings: { model: 'other' } });
    expect(last()).toMatchObject({ by: { id: 'tiny' } });
    await chats.send('b');
    expect(last()).toMatchObject({ by: { id: 'other' } });
    expect(engine.requests[1]?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    await session.use('tiny');
    expect(state().settings.model).toBeNull();
  });

  it('takes the last of several wishes, and gives up the load before', async () => {
    const { session, engine, state, codes } = openSession();
    await Promise.all([session.start(), session.use('first'), session.use('second')]);
    expect(state().model).toMatchObject({ id: 'second', status: 'ready' });
    expect(codes()).toEqual([]);
    expect(engine.loads).not.toContain('first');
  });

  it('goes back to the embedded model where the last one is gone, with a notice', async () => {
    const { session, engine, state, codes } = openSession();
    engine.options.gone = 'other';
    await session.use('other');
    expect(state()).toMatchObject({ model: { id: 'tiny', status: 'ready' }, settings: { model: null } });
    expect(codes()).toEqual(['model-not-found']);
    await session.use('tiny');
    expect(codes()).toEqual([]);
  });
});

describe('a server', () => {
  const server = { baseUrl: 'https://gpu.example.com/v1', model: 'mixtral', apiKey: 'secret' };

  it('answers in place of this device, and each answer says so', async () => {
    const { session, engine, state, last, chats } = openSession();
    await session.start();
    await chats.send('a');
    await session.connect(server);
    expect(state().model).toMatchObject({
      id: 'mixtral',
      status: 'ready',
      info: null,
      server: { host: 'gpu.example.com' },
    });
    await chats.send('b');
    expect(last()).toMatchObject({
      text: 'one two three four five',
      status: 'done',
      by: { server: 'gpu.example.com' },
    });
    expect(engine.requests.at(-1)).toMatchObject({
      messages: [{ content: 'a' }, { role: 'assistant' }, { content: 'b' }],
    });
    expect(engine.requests.at(-1)).not.toHaveProperty('temperature');
    expect(state().chat.path[1]).toMatchObject({ role: 'assistant', by: { server: null } });
  });

  it('is remembered without its key, until a model of this device is chosen', async () => {
    const { session, engine, state } = openSession();
    await session.connect(server);
    expect(state().settings.server).toEqual({ baseUrl: server.baseUrl, model: server.model });
    expect(JSON.stringify(state())).not.toContain('secret');
    expect(engine.servers).toEqual([server]);
    await session.use('tiny');
    expect(state().settings.server).toBeNull();
    expect(state().model).toMatchObject({ id: 'tiny', status: 'ready', server: null });
  });

  it('that fails is told, and nothing else answers in its place', async () => {
    const failConnect = new MixtabError('network-failed', 'https://gpu.example.com/v1: expected an answer, got none');
    const { session, engine, state, codes, chats } = openSession({ failConnect });
    await session.connect(server);
    expect(codes()).toEqual(['network-failed']);
    expect(state().model).toMatchObject({ status: 'failed', server: { host: 'gpu.example.com' } });
    await chats.send('a');
    expect(state().chat.path).toEqual([]);
    delete engine.options.failConnect;
    await session.start();
    expect(state().model.status).toBe('ready');
    expect(engine.loads).toEqual([]);
  });
});

describe('events', () => {
  it('shows a lost device as status while it recovers, as a problem when it does not', async () => {
    const { session, engine, state, codes } = openSession();
    await session.start();
    engine.emit({ type: 'devicelost', state: 'recovering', message: 'lost' });
    expect(state().model).toMatchObject({ recovering: true, status: 'ready' });
    engine.emit({ type: 'devicelost', state: 'recovered', message: 'back' });
    expect(state().model.recovering).toBe(false);
    engine.emit({ type: 'devicelost', state: 'failed', message: 'gone' });
    expect(codes()).toEqual(['device-lost']);
    expect(state().model.status).toBe('failed');
    await session.start();
    expect(codes()).toEqual([]);
  });

  it('tells once of a GPU that is gone for good, and keeps the chat where no other is found', async () => {
    const failAnswer = new MixtabError('device-lost', 'gone');
    const { session, engine, state, codes, last, chats } = openSession({ failAnswer });
    await session.start();
    const sent = chats.send('a');
    engine.emit({ type: 'devicelost', state: 'failed', message: 'gone' });
    await sent;
    expect(codes()).toEqual(['device-lost']);
    engine.options.failLoad = new MixtabError('webgpu-unavailable', 'no adapter');
    await session.start();
    expect(state().model.status).toBe('failed');
    expect(codes()).toEqual(['webgpu-unavailable']);
    expect(last()).toMatchObject({ text: 'one two three ', status: 'failed' });
  });

  it('tells once of a worker that died in mid-answer, and starts anew with the chat kept', async () => {
    const died = new MixtabError('worker-died', 'engine worker: expected an answer, got its end');
    const { session, engine, state, codes, last, chats } = openSession({ failAnswer: died });
    await session.start();
    const sent = chats.send('a');
    engine.emit({ type: 'died', error: died });
    await sent;
    expect(codes()).toEqual(['worker-died']);
    expect(state().model.status).toBe('failed');
    await session.start();
    expect(codes()).toEqual([]);
    expect(last()).toMatchObject({ text: 'one two three ', status: 'failed' });
  });
});

describe('an engine that tabs share', () => {
  it('is said to run elsewhere, or to be on its way', async () => {
    const { session, state, engine } = openSession();
    await session.start();
    expect(state().model.sharing).toBeNull();
    for (const runs of ['elsewhere', 'moving', 'here'] as const) {
      engine.emit({ type: 'sharing', runs });
      expect(state().model.sharing).toBe(runs);
    }
    await session.start();
    expect(state().model.sharing).toBeNull();
  });
});

describe('what waits until no answer is being written', () => {
  it('comes at once where there is none, else at its end', async () => {
    const { session, last, chats } = openSession();
    await session.start();
    await session.whenIdle();
    const answered = chats.send('Hello');
    expect(last()).toMatchObject({ status: 'streaming' });
    await session.whenIdle();
    expect(last()).toMatchObject({ status: 'done' });
    await answered;
  });
});
