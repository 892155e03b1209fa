import { describe, expect, it } from 'vitest';
import { type StandInOptions, standIn } from '../../tests/stand-in-engine';
import { entryOf, previewOf, type StandInLibraryOptions, standInLibrary } from '../../tests/stand-in-library';
import { MixtabError } from '../protocol/errors';
import type { ImportSource } from '../protocol/library';
import { Models } from './models';
import { Session } from './session';

const HUB: ImportSource = { kind: 'hub', repo: 'org/name' };

/** The page's logic with a deterministic library; the real one is used in e2e/. */
async function openModels(options: StandInLibraryOptions = {}, engineOptions: StandInOptions = {}) {
  const engine = standIn(engineOptions);
  const session = new Session({
    createEngine: engine.createEngine,
    connectServer: engine.connectServer,
    embedded: { id: 'tiny', url: 'http://localhost/models/tiny/', name: 'Mixtab Tiny' },
    storage: null,
    schedule: (frame) => frame(),
  });
  const library = standInLibrary(options);
  const models = new Models({ library, session, requestPersistence: async () => true });
  await models.start();
  return {
    models,
    library,
    session,
    state: () => models.store.getState(),
    said: () => session.store.getState().announcement,
  };
}

describe('the list', () => {
  it('follows the library, without the embedded model', async () => {
    const { library, state } = await openModels({ models: [entryOf(), entryOf({ id: 'tiny' })] });
    expect(state().models?.map(({ id }) => id)).toEqual(['mixtral-8x7b']);
    library.tell([]);
    expect(state().models).toEqual([]);
  });

  it('says why there is none, and comes with the next try', async () => {
    const { models, library, state } = await openModels({
      fail: { list: new MixtabError('storage-failed', 'refused') },
    });
    expect(state()).toMatchObject({ models: null, error: { code: 'storage-failed' } });
    library.options.fail = {};
    await models.start();
    expect(state()).toMatchObject({ models: [], error: null });
  });
});

describe('news', () => {
  it('are what an earlier visit left, but not what is paused now', async () => {
    const left = entryOf({ id: 'left', status: 'paused' });
    const { models, library, state } = await openModels({
      models: [left, entryOf({ id: 'runs', status: 'importing' })],
    });
    expect(state().news).toEqual([{ id: 'left', kind: 'left' }]);
    library.tell([left, entryOf({ id: 'runs', status: 'paused' })]);
    expect(state().news).toEqual([{ id: 'left', kind: 'left' }]);
    models.dismiss('left');
    expect(state().news).toEqual([]);
  });

  it('are said when an import is done or fails, and go when they are true no more', async () => {
    const { library, state, said } = await openModels({ models: [entryOf({ status: 'importing' })] });
    const error = { code: 'storage-full', message: 'no room', hint: '', data: {} } as const;
    library.tell([entryOf({ status: 'failed', error })]);
    expect(state().news).toEqual([{ id: 'mixtral-8x7b', kind: 'failed' }]);
    expect(said()).toContain('no room');
    library.tell([entryOf({ status: 'importing' })]);
    expect(state().news).toEqual([]);
    library.tell([entryOf()]);
    expect(state().news).toEqual([{ id: 'mixtral-8x7b', kind: 'done' }]);
    expect(said()).toBe('Mixtral-8x7B-Instruct-v0.1 is here.');
  });
});

describe('adding', () => {
  it('looks first, then imports under the id that was shown, in the format that was chosen', async () => {
    const { models, library, state, said } = await openModels();
    await models.look(HUB);
    expect(state().draft).toMatchObject({ stage: 'looked', preview: { layers: 32 } });
    await models.setFormat('q8');
    expect(library.imports).toEqual([]);
    expect(await models.startImport()).toBe(true);
    expect(library.imports).toEqual([{ source: HUB, options: { id: 'mixtral-8x7b', format: 'q8' } }]);
    expect(state().draft).toMatchObject({ stage: 'choosing', source: null });
    expect(said()).toBe('Importing Mixtral-8x7B-Instruct-v0.1.');
  });

  it('takes another of several files', async () => {
    const choices = ['a.gguf', 'b.gguf'];
    const { models, library, state } = await openModels({ preview: previewOf({ choices }) });
    await models.look(HUB);
    // Of one that was named, the library knows no choice.
    library.options.preview = previewOf();
    await models.choose('b.gguf');
    expect(state().draft).toMatchObject({ source: { ...HUB, file: 'b.gguf' }, choices });
    await models.look({ kind: 'url', url: 'http://localhost/models/' });
    await models.choose('b.gguf');
    expect(state().draft.source).toEqual({ kind: 'url', url: 'http://localhost/models/b.gguf' });
    expect(library.calls.filter((call) => call === 'preview')).toHaveLength(4);
  });

  it('keeps the source where looking fails, and the preview where importing does', async () => {
    const { models, library, state } = await openModels({ fail: { preview: new MixtabError('source-denied', 'no') } });
    await models.look(HUB);
    expect(state().draft).toMatchObject({ stage: 'choosing', source: HUB, error: { code: 'source-denied' } });
    library.options.fail = { import: new MixtabError('import-busy', 'another tab') };
    await models.look(HUB);
    expect(await models.startImport()).toBe(false);
    expect(state().draft).toMatchObject({ stage: 'looked', preview: { layers: 32 }, error: { code: 'import-busy' } });
  });

  it('drops what a look finds that was given up', async () => {
    const { models, state, library } = await openModels();
    library.options.pace = async () => models.chooseAgain();
    await models.look(HUB);
    expect(state().draft).toMatchObject({ stage: 'choosing', preview: null, source: HUB });
  });

  it('starts over with a source that has changed', async () => {
    const { models, library, state } = await openModels({
      models: [entryOf({ status: 'paused' })],
      fail: { import: new MixtabError('source-changed', 'another file') },
    });
    await models.look(HUB);
    await models.startImport();
    expect(state().draft.error?.code).toBe('source-changed');
    library.options.fail = {};
    expect(await models.startOver()).toBe(true);
    expect(library.calls).toContain('remove mixtral-8x7b');
    expect(library.imports).toHaveLength(1);
  });
});

describe('a model', () => {
  it('hands the chat to the embedded one before it is deleted', async () => {
    const { models, library, session, state } = await openModels({ models: [entryOf()] });
    await session.use('mixtral-8x7b');
    expect(session.store.getState().model).toMatchObject({ id: 'mixtral-8x7b', status: 'ready' });
    expect(await models.remove('mixtral-8x7b')).toBe(true);
    expect(session.store.getState().model).toMatchObject({ id: 'tiny', status: 'ready' });
    expect(library.calls).toContain('remove mixtral-8x7b');
    expect(state().models).toEqual([]);
  });

  it('shows how far a task is, what it found, and what it could not do', async () => {
    const { models, library, state } = await openModels({ models: [entryOf()], records: ['expert/0/1'] });
    const seen: unknown[] = [];
    library.options.pace = async () => void seen.push(state().tasks['mixtral-8x7b']?.progress);
    await models.verify('mixtral-8x7b');
    expect(seen).toEqual([{ doneBytes: 1e9, totalBytes: 4e9 }]);
    expect(state().tasks['mixtral-8x7b']).toEqual({ kind: 'verify', progress: null, records: ['expert/0/1'] });
    library.options.fail = { repair: new MixtabError('network-failed', 'no answer') };
    await models.repair('mixtral-8x7b');
    expect(state().tasks).toEqual({});
    expect(state().failures['mixtral-8x7b']).toMatchObject({ code: 'network-failed' });
    models.clear('mixtral-8x7b');
    expect(state().failures).toEqual({});
  });

  it('is not in trouble when its task was stopped', async () => {
    const { models, state } = await openModels({ fail: { verify: new MixtabError('aborted', 'stopped') } });
    await models.verify('mixtral-8x7b');
    expect(state()).toMatchObject({ tasks: {}, failures: {} });
  });

  it('tells what became of its weights, or that nothing is known of it', async () => {
    const report = { relativeError: 0.01, bitsPerWeight: 4.5, tensors: [] };
    const { models, library } = await openModels({ models: [entryOf()], report });
    expect(await models.report('mixtral-8x7b')).toBe(report);
    library.options.report = null;
    expect(await models.report('mixtral-8x7b')).toBe('none');
    library.options.fail = { report: new MixtabError('storage-failed', 'gone') };
    expect(await models.report('mixtral-8x7b')).toBe('failed');
  });

  it('is paused and goes on, with the file where it needs one', async () => {
    const { models, library } = await openModels({ models: [entryOf({ status: 'importing' })] });
    await models.pause('mixtral-8x7b');
    await models.resume('mixtral-8x7b', HUB);
    expect(library.calls.slice(-2)).toEqual(['pause mixtral-8x7b', 'resume mixtral-8x7b']);
  });
});
