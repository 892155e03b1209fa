import { addLogprobs, NO_SURPRISE } from '../../analysis/perplexity';
import { countRun, sumCounts } from '../../analysis/routing-counts';
import { writeTrace } from '../../paging/trace';
import { MixtabError, toErrorData } from '../../protocol/errors';
import { pageLanguage } from '../i18n/language';
import type { Session } from '../session';
import { createStore } from '../state/store';
import {
  type AnalysedDomain,
  type AnalysisResult,
  type AnalysisState,
  type Domain,
  distinctNames,
  INITIAL_ANALYSIS,
  MOST_DOMAINS,
  roomFor,
  withAdded,
  withText,
} from './analysis-state';
import { type ReadingEngine, readWindow, windowsOf } from './read-text';
import { readTextFile } from './text-files';

/** The routing analysis of a page: its texts, the run, what came of it. No method rejects; what fails becomes state. */
export class Analysis {
  readonly store = createStore((state: AnalysisState, change: Partial<AnalysisState>) => ({ ...state, ...change }), {
    ...INITIAL_ANALYSIS,
  });
  #abort: AbortController | null = null;

  constructor(private readonly session: Session) {}

  add(): void {
    this.#set({ domains: [...this.#state.domains, { id: crypto.randomUUID(), name: '', text: '' }] });
  }

  /** Adds texts with names, in place of domains that are still empty. */
  addTexts(texts: readonly Pick<Domain, 'name' | 'text'>[]): void {
    const added = texts.map((of) => ({ ...of, id: crypto.randomUUID() }));
    this.#set({ domains: withAdded(this.#state.domains, added), error: null });
  }

  change(id: string, change: Partial<Pick<Domain, 'name' | 'text'>>): void {
    this.#set({ domains: this.#state.domains.map((of) => (of.id === id ? { ...of, ...change } : of)) });
  }

  remove(id: string): void {
    const left = this.#state.domains.filter((of) => of.id !== id);
    this.#set({ domains: left.length > 0 ? left : INITIAL_ANALYSIS.domains, error: null });
  }

  limit(mostTokens: number | null): void {
    this.#set({ mostTokens });
  }

  /** Each file becomes a domain; where they are too many, or one is no text, that is told and none is taken. */
  async addFiles(files: readonly File[]): Promise<void> {
    try {
      const room = roomFor(this.#state.domains);
      if (files.length > room) throw tooMany(files.length, room);
      this.addTexts(await Promise.all(files.map(readTextFile)));
    } catch (error) {
      this.#set({ error: toErrorData(error) });
    }
  }

  /** Lets the model read all texts. What was read before a stop is kept as a result. */
  async run(): Promise<void> {
    const engine = this.session.local;
    if (!engine || this.#state.progress) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#set({ progress: { done: 0, total: 0, secondsLeft: null }, error: null });
    try {
      const result = await this.#read(engine, abort.signal);
      if (result.domains.length > 0) this.#set({ result });
      this.session.announce(pageLanguage.words.analysis.done(result.domains.length));
    } catch (error) {
      const reason = toErrorData(error);
      if (reason.code !== 'aborted') this.#set({ error: reason });
    }
    this.#set({ progress: null });
  }

  stop(): void {
    this.#abort?.abort();
  }

  async #read(engine: ReadingEngine, signal: AbortSignal): Promise<AnalysisResult> {
    const { mostTokens } = this.#state;
    const domains = withText(this.#state);
    const names = distinctNames(
      domains.map(({ name }) => name),
      pageLanguage.words.analysis.nameless,
    );
    const windows: number[][][] = [];
    for (const { text } of domains) windows.push(await windowsOf(engine, text, mostTokens));
    const wantedTokens = windows.flat().reduce((sum, ids) => sum + ids.length, 0);
    const began = performance.now();
    let done = 0;
    let expertBytes = 0;
    const shape = { nLayers: engine.info.layers, nExperts: engine.info.experts };
    const analysed = domains.map(({ text }, n): AnalysedDomain => {
      return { name: names[n] ?? '', text, counts: sumCounts(shape, []), surprise: NO_SURPRISE, trace: [] };
    });
    try {
      for (const [n, domain] of analysed.entries()) {
        for (const ids of windows[n] ?? []) {
          const { trace, logprobs } = await readWindow(engine, ids, { experts: null, signal });
          expertBytes = trace.model.expertBytes;
          domain.counts = sumCounts(shape, [domain.counts, countRun(shape, trace.steps)]);
          domain.surprise = addLogprobs(domain.surprise, logprobs);
          domain.trace.push(writeTrace(trace, { domain: domain.name }));
          done += ids.length;
          const secondsLeft = (((performance.now() - began) / done) * (wantedTokens - done)) / 1000;
          this.#set({ progress: { done, total: wantedTokens, secondsLeft } });
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    const { id, name, layers, experts, topK, loaded } = engine.info;
    return {
      model: { id, name, layers, experts, topK: loaded.lossy.topK ?? topK, expertBytes },
      approximate: Object.values(loaded.lossy).some(Boolean),
      wantedTokens,
      domains: analysed.filter(({ counts }) => counts.tokens > 0),
    };
  }

  #set(change: Partial<AnalysisState>): void {
    this.store.dispatch(change);
  }

  get #state(): AnalysisState {
    return this.store.getState();
  }
}

function tooMany(files: number, room: number): MixtabError {
  return new MixtabError(
    'request-invalid',
    `files: expected at most ${room} more, got ${files}.`,
    `An analysis has ${MOST_DOMAINS} texts at most: join files of the same kind, or remove a text.`,
  );
}

const analyses = new WeakMap<Session, Analysis>();

/** The one analysis of a page: its dialog fills it, the pruning's takes it up. */
export function analysisOf(session: Session): Analysis {
  const known = analyses.get(session) ?? new Analysis(session);
  analyses.set(session, known);
  return known;
}
