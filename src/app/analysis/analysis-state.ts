import type { Surprise } from '../../analysis/perplexity';
import type { RoutingCounts } from '../../analysis/routing-counts';
import type { ErrorData } from '../../protocol/errors';

/** A text of one kind, as the user gave it. */
export interface Domain {
  id: string;
  name: string;
  text: string;
}

/** What came of a domain's text. */
export interface AnalysedDomain {
  name: string;
  text: string;
  counts: RoutingCounts;
  surprise: Surprise;
  /** NDJSON, one part a window; each part's header names the domain. */
  trace: string[];
}

export interface AnalysisResult {
  model: { id: string; name: string; layers: number; experts: number; topK: number; expertBytes: number };
  /** Approximate modes were on: what was picked also hung on what was in memory. */
  approximate: boolean;
  /** Tokens that were to be read; fewer were where it was stopped. */
  wantedTokens: number;
  domains: AnalysedDomain[];
}

export interface AnalysisState {
  domains: readonly Domain[];
  /** Of each domain so many tokens are read at most; null: all. */
  mostTokens: number | null;
  /** Tokens; null while nothing is read. The total is 0 while texts are cut into tokens. */
  progress: { done: number; total: number; secondsLeft: number | null } | null;
  error: ErrorData | null;
  result: AnalysisResult | null;
}

export const MOST_TOKENS = [1024, 4096, 16_384, null] as const;

/** As many as the plots tell apart. */
export const MOST_DOMAINS = 6;

export const INITIAL_ANALYSIS: AnalysisState = {
  domains: [{ id: 'first', name: '', text: '' }],
  mostTokens: 4096,
  progress: null,
  error: null,
  result: null,
};

export const withText = ({ domains }: AnalysisState): Domain[] => domains.filter(({ text }) => text.trim() !== '');

/** Adds texts, in place of domains that are still empty. Those that are too many are left out. */
export function withAdded(domains: readonly Domain[], added: readonly Domain[]): Domain[] {
  return [...domains.filter(isBegun), ...added].slice(0, MOST_DOMAINS);
}

/** How many more texts there is room for. */
export const roomFor = (domains: readonly Domain[]): number => MOST_DOMAINS - domains.filter(isBegun).length;

const isBegun = ({ name, text }: Domain): boolean => name !== '' || text.trim() !== '';

/** The names as they are, numbered where they are missing or the same: files and plots tell domains apart by them. */
export function distinctNames(names: readonly string[], nameless: (n: number) => string): string[] {
  const taken = new Set<string>();
  return names.map((given, n) => {
    const base = given.trim() || nameless(n + 1);
    let name = base;
    for (let again = 2; taken.has(name); again++) name = `${base} (${again})`;
    taken.add(name);
    return name;
  });
}
