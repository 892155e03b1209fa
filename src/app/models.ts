import { type ErrorData, toErrorData } from '../protocol/errors';
import type { ImportReport, ImportSource, ModelEntry, TaskProgress } from '../protocol/library';
import { pageLanguage } from './i18n/language';
import type { PageLibrary } from './library-port';
import type { Session } from './session';
import {
  INITIAL_LIBRARY,
  type LibraryAction,
  type LibraryState,
  newsOf,
  reduceLibrary,
  type Task,
} from './state/library';
import { createStore, type Store } from './state/store';

export interface ModelsOptions {
  library: PageLibrary;
  /** Asks the browser to keep what is stored when disk space runs low; whether it will. */
  requestPersistence(): Promise<boolean>;
  session: Session;
}

/** What a screen reader is told. */
const said = () => pageLanguage.words.models.said;

/** What the page does with models: the only place that talks to the library. No method rejects; what fails becomes state. */
export class Models {
  readonly store: Store<LibraryState, LibraryAction> = createStore(reduceLibrary, INITIAL_LIBRARY);
  readonly #session: Session;
  readonly #library: PageLibrary;
  #unsubscribe: (() => void) | null = null;
  #looks = 0;

  constructor(private readonly options: ModelsOptions) {
    this.#session = options.session;
    this.#library = options.library;
  }

  /** Reads the list, or tries again, and follows it from then on. */
  async start(): Promise<void> {
    this.#unsubscribe ??= this.#library.subscribe((models) => this.#listed(models));
    try {
      this.#listed(await this.#library.list());
      await this.measure();
    } catch (error) {
      this.#dispatch({ type: 'library/failed', error: toErrorData(error) });
    }
  }

  async measure(): Promise<void> {
    await this.#try(null, async (library) => {
      this.#dispatch({ type: 'library/measured', storage: await library.storage() });
    });
  }

  /** To be called on a click: some browsers ask the user. */
  async askPersistence(): Promise<void> {
    const kept = await this.options.requestPersistence();
    this.#session.announce(kept ? said().kept : said().notKept);
    await this.measure();
  }

  /** Reads what a source holds. What an earlier look finds out after this is dropped. */
  async look(source: ImportSource, format = this.#state.draft.format, choices: readonly string[] = []): Promise<void> {
    const look = ++this.#looks;
    this.#draft({ stage: 'looking', source, format, error: null });
    try {
      const preview = await this.#library.preview(source, { format });
      if (look !== this.#looks) return;
      this.#draft({ stage: 'looked', preview, choices: preview.choices.length > 0 ? preview.choices : choices });
      this.#session.announce(said().found(preview.name));
    } catch (error) {
      if (look === this.#looks) this.#draft({ stage: 'choosing', preview: null, error: toErrorData(error) });
    }
  }

  /** As {@link look}, of a source that is still being gathered: a dropped folder. */
  async lookOnceRead(source: Promise<ImportSource>): Promise<void> {
    try {
      await this.look(await source);
    } catch (error) {
      this.#draft({ stage: 'choosing', error: toErrorData(error) });
    }
  }

  /** Looks at another of the .gguf files that the source holds. */
  async choose(file: string): Promise<void> {
    const { source, format, choices } = this.#state.draft;
    if (!source || source.kind === 'pruned') return;
    // A host names its files beside each other; all other sources keep the name beside the whole.
    await this.look(
      source.kind === 'url' ? { ...source, url: new URL(file, source.url).href } : { ...source, file },
      format,
      choices,
    );
  }

  async setFormat(format: 'q4' | 'q8'): Promise<void> {
    const { source, choices } = this.#state.draft;
    if (source) await this.look(source, format, choices);
  }

  /** Back to the choice of a source; the one that was looked at stays in the form. */
  chooseAgain(): void {
    this.#looks++;
    this.#draft({ stage: 'choosing', preview: null, error: null });
  }

  clearDraft(): void {
    this.#looks++;
    this.#dispatch({ type: 'draft/cleared' });
  }

  /** Imports what was looked at; whether it is under way. To be called on a click: the browser is asked to keep what is stored. */
  async startImport(): Promise<boolean> {
    const { source, format, preview } = this.#state.draft;
    if (!source || !preview) return false;
    this.#draft({ stage: 'starting', error: null });
    try {
      await this.#library.import(source, { id: preview.id, format });
      this.#session.announce(said().importing(preview.name));
      this.clearDraft();
      await this.measure();
      return true;
    } catch (error) {
      this.#draft({ stage: 'looked', error: toErrorData(error) });
      return false;
    }
  }

  /** Drops what an import has of a source that is another one now, and imports it from the start. */
  async startOver(): Promise<boolean> {
    const { preview } = this.#state.draft;
    if (!preview || !(await this.remove(preview.id))) return false;
    return this.startImport();
  }

  async pause(id: string): Promise<void> {
    if (await this.#try(id, (library) => library.pause(id))) this.#session.announce(said().paused(this.nameOf(id)));
  }

  async resume(id: string, source?: ImportSource): Promise<void> {
    this.dismiss(id);
    if (await this.#try(id, (library) => library.resume(id, source))) {
      this.#session.announce(said().importing(this.nameOf(id)));
    }
  }

  /** Deletes a model; the embedded one takes over where it was in use. */
  async remove(id: string): Promise<boolean> {
    const name = this.nameOf(id);
    if (this.#session.store.getState().model.id === id) await this.#session.use(this.#session.embedded.id);
    const done = await this.#try(id, (library) => library.remove(id));
    if (done) {
      this.#session.announce(said().deleted(name));
      this.#dispatch({ type: 'task/changed', id, task: null });
      await this.measure();
    }
    return done;
  }

  verify(id: string): Promise<void> {
    return this.#run(id, 'verify', (library, report) => library.verify(id, report));
  }

  repair(id: string, source?: ImportSource): Promise<void> {
    return this.#run(id, 'repair', (library, report) => library.repair(id, report, source));
  }

  exportTo(id: string, folder: FileSystemDirectoryHandle): Promise<void> {
    return this.#run(id, 'export', async (library, report) => {
      await library.exportTo(id, folder, report);
      return [];
    });
  }

  /** What became of an imported model's weights: `none` where there was nothing to convert, `failed` where it cannot be read. */
  async report(id: string): Promise<ImportReport | 'none' | 'failed'> {
    return this.#library.report(id).then(
      (report) => report ?? 'none',
      () => 'failed',
    );
  }

  async cancelTask(id: string): Promise<void> {
    await this.#try(id, async (library) => library.cancelTask(id));
  }

  /** The reader has seen how a task ended or why it failed. */
  clear(id: string): void {
    this.#dispatch({ type: 'task/changed', id, task: null });
    this.#dispatch({ type: 'failure/changed', id, error: null });
  }

  /** Takes the news of a model from the chat. */
  dismiss(id: string): void {
    this.#dispatch({ type: 'news/dismissed', id });
  }

  nameOf(id: string): string {
    return this.#state.models?.find((entry) => entry.id === id)?.name ?? id;
  }

  async #run(
    id: string,
    kind: Task['kind'],
    work: (library: PageLibrary, report: (progress: TaskProgress) => void) => Promise<string[]>,
  ): Promise<void> {
    const show = (progress: TaskProgress | null, records: string[] = []) =>
      this.#dispatch({ type: 'task/changed', id, task: { kind, progress, records } });
    let running = true;
    show({ doneBytes: 0, totalBytes: 0 });
    const done = await this.#try(id, async (library) => {
      const records = await work(library, (progress) => running && show(progress));
      running = false;
      show(null, records);
    });
    running = false;
    if (!done) this.#dispatch({ type: 'task/changed', id, task: null });
    this.#session.announce(done ? said().done(this.nameOf(id)) : '');
  }

  /** Does something with the library; what fails is told at the model. True if it was done. */
  async #try(id: string | null, work: (library: PageLibrary) => Promise<void>): Promise<boolean> {
    const fail = (error: ErrorData | null) => {
      if (id !== null) this.#dispatch({ type: 'failure/changed', id, error });
    };
    fail(null);
    try {
      await work(this.#library);
      return true;
    } catch (error) {
      const reason = toErrorData(error);
      if (reason.code !== 'aborted') fail(reason);
      return false;
    }
  }

  #listed(models: ModelEntry[]): void {
    const others = models.filter(({ id }) => id !== this.#session.embedded.id);
    const news = newsOf(this.#state.models, others);
    for (const { id, kind } of news) {
      const entry = others.find((model) => model.id === id);
      if (kind === 'done') this.#session.announce(said().here(this.nameOf(id)));
      if (kind === 'failed') this.#session.announce(said().stopped(this.nameOf(id), entry?.error?.message ?? ''));
    }
    this.#dispatch({ type: 'library/listed', models: others });
    if (news.length > 0) void this.measure();
  }

  #draft(change: Partial<LibraryState['draft']>): void {
    this.#dispatch({ type: 'draft/changed', change });
  }

  #dispatch(action: LibraryAction): void {
    this.store.dispatch(action);
  }

  get #state(): LibraryState {
    return this.store.getState();
  }
}
