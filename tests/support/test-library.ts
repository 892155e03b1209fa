import { onTestFinished } from 'vitest';
import { Library } from '../../src/client/library';
import { type ImportChannel, type ImportMessage, openImportChannel } from '../../src/import/channel';
import type { ModelEntry } from '../../src/protocol/library';
import { openCatalogue } from '../../src/store/catalogue';
import { temporaryModel } from './temporary-store';

/** The page side of a real library worker of its own, as in one tab. */
export interface TestTab {
  library: Library;
  /** The tab is closed without a word: the worker and all that it started end at once. */
  kill(): void;
}

export function openTab(): TestTab {
  const workers: Worker[] = [];
  const library = new Library(() => {
    const worker = new Worker(new URL('../../workers/library.worker.ts', import.meta.url), { type: 'module' });
    workers.push(worker);
    return worker;
  });
  onTestFinished(() => library.close());
  return {
    library,
    kill: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}

/** As {@link temporaryModel}; it leaves the list too. */
export function temporaryImport(): string {
  // What is registered last ends first: the tabs close before their models go.
  const id = temporaryModel();
  onTestFinished(async () => {
    const catalogue = openCatalogue();
    await catalogue.remove(id);
    catalogue.close();
  });
  return id;
}

/** A library, on either side of the worker border. */
interface Lists {
  subscribe(listener: (models: ModelEntry[]) => void): unknown;
}

/** Resolves to the model's entry as soon as it meets the condition, in whichever tab. */
export function until(library: Lists, id: string, condition: (entry: ModelEntry) => boolean): Promise<ModelEntry> {
  return new Promise((resolve) => {
    library.subscribe((models) => {
      const found = models.find((entry) => entry.id === id);
      if (found && condition(found)) resolve(found);
    });
  });
}

export const ended = (library: Lists, id: string): Promise<ModelEntry> =>
  until(library, id, ({ status }) => status !== 'importing');

/** Hears what is said about a model's import. */
export class ImportEar {
  readonly heard: ImportMessage[] = [];
  readonly channel: ImportChannel;
  #check = (): void => {};

  constructor(id: string) {
    this.channel = openImportChannel(id, (message) => {
      this.heard.push(message);
      this.#check();
    });
    onTestFinished(() => this.channel.close());
  }

  /** Records, as often as they were committed. */
  get committed(): string[] {
    return this.heard.flatMap((message) => (message.type === 'committed' ? [message.record] : []));
  }

  /** Resolves once the condition is met, at the message that meets it. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (condition()) resolve();
      };
      this.#check();
    });
  }
}
