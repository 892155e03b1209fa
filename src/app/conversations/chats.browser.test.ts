import { beforeEach, describe, expect, it } from 'vitest';
import { type StandInOptions, standIn } from '../../../tests/stand-in-engine';
import { Chats } from '../chats';
import { Session } from '../session';
import type { Entry } from '../state/chat';
import { openConversations } from './conversation-store';

/** Pages over one IndexedDB, the real one, with a deterministic engine: opening another is a reload, or a second tab. */
async function openPage(options: StandInOptions = {}, id: string | null = null) {
  const engine = standIn({ answer: 'one two three four five', ...options });
  const session = new Session({
    createEngine: engine.createEngine,
    connectServer: engine.connectServer,
    embedded: { id: 'tiny', url: 'http://localhost/models/tiny/', name: 'Mixtab Tiny' },
    storage: null,
    schedule: (frame) => queueMicrotask(frame),
  });
  const chats = new Chats({ session, kept: openConversations() });
  await chats.start(id);
  await session.start();
  const chat = () => session.store.getState().chat;
  return {
    engine,
    session,
    chats,
    chat,
    id: () => chat().conversation.id,
    texts: () => chat().path.map(({ text }) => text),
  };
}

const codesOf = ({ session }: { session: Session }) => session.store.getState().problems.map(({ error }) => error.code);

/** Resolves when a page's state fulfils a condition. */
function until(page: { session: Session }, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = page.session.store.subscribe(look);
    look();
    function look() {
      if (!holds()) return;
      queueMicrotask(() => stop());
      resolve();
    }
  });
}

beforeEach(async () => {
  const kept = openConversations();
  for (const { id } of await kept.list()) await kept.remove(id);
});

describe('a conversation', () => {
  it('is there after a reload, with its branches, its title and its system prompt', async () => {
    const first = await openPage();
    first.chats.setSystem('Be brief.');
    await first.chats.send('What is this?');
    await first.chats.regenerate();
    await first.chats.rename(first.id(), 'Mine');
    await first.chats.flush();
    const again = await openPage({}, first.id());
    expect(again.chat().conversation).toMatchObject({ title: 'Mine', system: 'Be brief.' });
    expect(again.texts()).toEqual(['What is this?', 'one two three four five']);
    expect(again.chat().messages).toEqual(first.chat().messages);
    expect(again.chats.list.getState().conversations).toMatchObject([{ id: first.id(), title: 'Mine' }]);
    await again.chats.send('And more?');
    expect(again.engine.requests[0]?.messages.map(({ content }) => content)).toEqual([
      ...['Be brief.', 'What is this?', 'one two three four five', 'And more?'],
    ]);
  });

  it('keeps what was written when the page goes away in mid-answer, and goes on from there', async () => {
    const first = await openPage();
    let tokens = 0;
    first.engine.options.pace = async () => {
      tokens += 1;
      if (tokens > 3) await new Promise(() => {}); // The page hangs here for good, as a closed one.
    };
    void first.chats.send('Tell');
    await until(first, () => (first.chat().path[1]?.text ?? '').startsWith('one two'));
    await first.chats.flush();
    const again = await openPage({ answer: 'six seven' }, first.id());
    const [, cut] = again.chat().path;
    expect(cut).toMatchObject({ status: 'interrupted' });
    const before = cut?.text ?? '';
    expect(before.startsWith('one two')).toBe(true);
    await again.chats.goOn();
    expect(again.texts()[1]).toBe(`${before}six seven`);
    expect(again.engine.requests[0]).toMatchObject({ continue_final_message: true });
    expect(again.engine.requests[0]?.messages.at(-1)).toMatchObject({ role: 'assistant', content: before });
    expect(again.chat().path[1]).toMatchObject({ status: 'done', id: cut?.id });
  });

  it('that is left in mid-answer is stopped and kept as it is', async () => {
    const page = await openPage();
    let left = '';
    page.engine.options.pace = async () => {
      if (left === '' && page.chat().path[1]?.text) {
        left = page.id();
        page.chats.newChat();
      }
    };
    await page.chats.send('Tell');
    expect(page.texts()).toEqual([]);
    await page.chats.open(left);
    expect(page.chat().path[1]).toMatchObject({ status: 'stopped' });
    expect(page.texts()[1]?.length).toBeGreaterThan(0);
  });

  it('that was chosen last is the one that is shown, however long each takes to read', async () => {
    const page = await openPage();
    await page.chats.send('first');
    const first = page.id();
    page.chats.newChat();
    await page.chats.send('second');
    const second = page.id();
    page.chats.newChat();
    await Promise.all([page.chats.open(first), page.chats.open(second)]);
    expect(page.texts()[0]).toBe('second');
    const opened = page.chats.open(first);
    page.chats.newChat();
    await opened;
    expect(page.texts()).toEqual([]);
  });

  it('that is empty is not kept', async () => {
    const page = await openPage();
    page.chats.setSystem('x');
    page.chats.newChat();
    await page.chats.flush();
    expect(await openConversations().list()).toEqual([]);
  });
});

describe('the list', () => {
  it('renames, finds by title and by what was said, and removes', async () => {
    const page = await openPage();
    await page.chats.send('About Cats');
    const cats = page.id();
    page.chats.newChat();
    await page.chats.send('About dogs');
    const dogs = page.id();
    await page.chats.flush();
    expect(await page.chats.search('cats')).toEqual(new Set([cats]));
    expect(await page.chats.search('FOUR')).toEqual(new Set([cats, dogs]));
    await page.chats.rename(cats, 'Felines');
    expect(await page.chats.search('felines')).toEqual(new Set([cats]));
    await page.chats.remove([dogs]);
    expect(page.texts()).toEqual([]);
    expect((await openConversations().list()).map(({ id }) => id)).toEqual([cats]);
    expect(await openConversations().read(dogs)).toBeNull();
  });

  it('follows what another tab does, also in the conversation that is shown', async () => {
    const here = await openPage();
    await here.chats.send('first');
    await here.chats.flush();
    const there = await openPage({ answer: 'from there' }, here.id());
    await there.chats.send('second');
    await there.chats.flush();
    await until(here, () => here.texts().at(-1) === 'from there');
    expect(here.texts()).toEqual(['first', 'one two three four five', 'second', 'from there']);
    await there.chats.remove([here.id()]);
    await expect.poll(() => here.chats.list.getState().conversations).toEqual([]);
  });
});

describe('storage', () => {
  it('that holds nonsense loses nothing else', async () => {
    const page = await openPage();
    await page.chats.send('good');
    await page.chats.flush();
    const id = page.id();
    const broken = { ...page.chat().path[0], id: 'bad', role: 'robot' } as unknown as Entry;
    await openConversations().write({ conversation: page.chat().conversation, messages: [broken] });
    const again = await openPage({}, id);
    expect(again.texts()).toEqual(['good', 'one two three four five']);
  });

  it('that fails is told, and cured when it works again, with nothing lost', async () => {
    const kept = openConversations();
    let full = true;
    const engine = standIn({ answer: 'one' });
    const session = new Session({
      createEngine: engine.createEngine,
      connectServer: engine.connectServer,
      embedded: { id: 'tiny', url: 'http://localhost/models/tiny/', name: 'Mixtab Tiny' },
      storage: null,
      schedule: (frame) => queueMicrotask(frame),
    });
    const write: typeof kept.write = async (changes) => {
      if (full) throw new DOMException('no room', 'QuotaExceededError');
      await kept.write(changes);
    };
    const chats = new Chats({ session, kept: { ...kept, write } });
    await session.start();
    await chats.send('first');
    await chats.flush();
    expect(codesOf({ session })).toHaveLength(1);
    full = false;
    await chats.send('second');
    await chats.flush();
    expect(codesOf({ session })).toEqual([]);
    const { id } = session.store.getState().chat.conversation;
    expect((await kept.read(id))?.messages).toHaveLength(4);
  });
});
