import { onTestFinished } from 'vitest';
import { type ImportChannel, type ImportEnd, importName, openImportChannel } from '../../src/import/channel';
import { type ModelLock, modelLock } from '../../src/import/locks';
import type { Manifest } from '../../src/pack/manifest';
import type { ImportJournal } from '../../src/store/journal';
import { type ModelStore, openModelStore } from '../../src/store/model-store';

/** A pack, and where its bytes come from. */
export interface ImportedPack {
  manifest: Manifest;
  bytes: Map<string, Uint8Array<ArrayBuffer>>;
}

/** An import that does what a test says, over the real database, lock and channel. */
export class ScriptedImport {
  /** Records that engines asked for, in order. */
  readonly wanted: string[] = [];
  readonly store: ModelStore;
  readonly #pack: ImportedPack;
  readonly #channel: ImportChannel;
  readonly #lock: ModelLock;
  #onWant: (record: string) => void = () => {};

  private constructor(id: string, pack: ImportedPack, store: ModelStore, lock: ModelLock) {
    this.#pack = pack;
    this.store = store;
    this.#lock = lock;
    this.#channel = openImportChannel(id, (message) => {
      if (message.type !== 'want') return;
      this.wanted.push(message.record);
      this.#onWant(message.record);
    });
    onTestFinished(() => this.die());
  }

  /** Begins, or goes on. */
  static async run(id: string, pack: ImportedPack, lockOf = modelLock): Promise<ScriptedImport> {
    const lock = await lockOf(id);
    const store = await openModelStore(id);
    const script = new ScriptedImport(id, pack, store, lock);
    if ((await store.journal()) === null) await store.begin(journalOf(pack.manifest));
    return script;
  }

  /** Goes on in the very moment in which the importer that runs now is gone. */
  static takeOver(id: string, pack: ImportedPack): Promise<ScriptedImport> {
    return ScriptedImport.run(
      id,
      pack,
      () =>
        new Promise((resolve, reject) => {
          const held = () => new Promise<void>((release) => resolve({ release }));
          navigator.locks.request(importName(id), held).catch(reject);
        }),
    );
  }

  /** Calls with each record that is asked for from here on. */
  onWant(listener: (record: string) => void): void {
    this.#onWant = listener;
  }

  /** Resolves when a record is asked for. */
  nextWant(): Promise<string> {
    return new Promise((resolve) => this.onWant(resolve));
  }

  async commit(...names: string[]): Promise<void> {
    for (const name of names) {
      const entry = this.#pack.manifest.records.find((record) => record.name === name);
      const bytes = this.#pack.bytes.get(name);
      if (!entry || !bytes) throw new Error(`the pack has no ${name}`);
      await this.store.commit({ entry, sourceSha256: '', errors: {} }, new Blob([bytes]));
      this.#channel.post({ type: 'committed', record: name });
    }
  }

  /** Says how it stands, as an importer does from its first moment on. */
  tell(): void {
    const progress = {
      phase: 'experts',
      doneBytes: 0,
      totalBytes: 1,
      bytesPerSecond: null,
      secondsLeft: null,
    } as const;
    this.#channel.post({ type: 'progress', progress, committedBytes: 0, runnable: true });
  }

  async finish(): Promise<void> {
    await this.store.finish(this.#pack.manifest, null);
    this.end({ status: 'complete', error: null });
  }

  /** Ends as an importer does. */
  end(end: ImportEnd = { status: 'paused', error: null }): void {
    this.#channel.post({ type: 'ended', ...end });
    this.die();
  }

  /** Ends without a word, as a tab that is closed. */
  die(): void {
    this.#lock.release();
    this.#channel.close();
    this.store.close();
  }
}

export function journalOf({ name, config, tokenizer, generation, formats }: Manifest): ImportJournal {
  return {
    version: 1,
    source: { kind: 'files' },
    identity: { 'model.gguf': { size: 1, tag: name } },
    wish: 'q4',
    name,
    texts: { name, revision: '', config, tokenizer, generation },
    formats,
    manifest: null,
  };
}
