import { describe, expect, it } from 'vitest';
import { type StandInOptions, standIn } from '../../../tests/stand-in-engine';
import { Chats } from '../chats';
import { Session } from '../session';
import { AnswerMeter } from './answer-meter';
import { measurementOf } from './outlook';

/** A session on a deterministic engine that tells 31.4 tokens a second. */
async function openSession(options: StandInOptions = {}) {
  const { createEngine, connectServer } = standIn(options);
  const embedded = { id: 'tiny', url: 'http://localhost/models/tiny/', name: 'Mixtab Tiny' };
  const schedule = (frame: () => void) => frame();
  const session = new Session({ createEngine, connectServer, embedded, storage: null, schedule });
  let ids = 0;
  const chats = new Chats({ session, kept: null, newId: () => `id-${ids++}`, now: () => ids });
  await session.start();
  const state = () => session.store.getState();
  const measured = () => {
    const { model, settings } = state();
    return model.info && measurementOf(settings.measured, model.info);
  };
  return { session, chats, state, measured };
}

const words = (count: number) => Array.from({ length: count }, (_, word) => `w${word}`).join(' ');

describe('AnswerMeter', () => {
  it('shows the figures of an answer and keeps what a whole one measured', async () => {
    const { session, chats, measured } = await openSession({ answer: words(40) });
    const meter = new AnswerMeter(session);
    let changes = 0;
    const stop = meter.subscribe(() => changes++);
    await chats.send('hello');
    expect(meter.figures).toMatchObject({ modelId: 'tiny', stats: { decodeTokens: 40 } });
    expect(meter.figures?.decode?.tokensPerSecond).toBeCloseTo(31.4, 6);
    expect(changes).toBeGreaterThan(0);
    expect(measured()).toMatchObject({ slots: 32, tokens: 39 });
    stop();
  });

  it('keeps nothing of an answer that is too short to measure, nor of one in which the slots changed', async () => {
    const short = await openSession({ answer: words(10) });
    const stopShort = new AnswerMeter(short.session).subscribe(() => {});
    await short.chats.send('hello');
    expect(short.measured()).toBeNull();
    stopShort();

    let paces = 0;
    const changing = await openSession({
      answer: words(40),
      pace: async () => {
        // Nine steps load it.
        if (++paces === 30) await changing.session.setBudget(4_000_000);
      },
    });
    const stopChanging = new AnswerMeter(changing.session).subscribe(() => {});
    await changing.chats.send('hello');
    expect(changing.state().model.budget?.slots).toBeLessThan(32);
    expect(changing.measured()).toBeNull();
    stopChanging();
  });
});

describe('loading again with other options', () => {
  it('takes them and remembers them for the model; the chat stays, and what was measured otherwise does not count', async () => {
    const { session, chats, state, measured } = await openSession({ answer: words(40) });
    const stop = new AnswerMeter(session).subscribe(() => {});
    await chats.send('hello');
    expect(measured()).not.toBeNull();
    const options = { contextLength: 256, ramBytes: 0, policy: 'lru', lossy: { topK: 1 } } as const;
    await session.loadWith(options);
    expect(state().model.info).toMatchObject({ contextLength: 256, loaded: { ramBytes: 0, policy: 'lru' } });
    expect(state().model.info?.loaded.lossy).toEqual({ topK: 1 });
    expect(state().settings.memory).toEqual({ tiny: options });
    expect(state().chat.path).toHaveLength(2);
    expect(measured()).toBeNull();
    stop();
  });
});
