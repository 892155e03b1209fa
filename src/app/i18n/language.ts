import { en } from './en';

/** What the page says, by area: `words.chat.send`. English is the type, so another language that lacks a word does not compile. */
export type Words = typeof en;

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** In their own words, for the list to choose from. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', zh: '简体中文' };

/** English comes with the page, others when they are chosen. */
const OTHERS: Record<Exclude<Language, 'en'>, () => Promise<Words>> = {
  zh: async () => (await import('./zh')).zh,
};

/** The language of the page. One for the whole page, also for what is not React's: announcements, file names. */
class PageLanguage {
  #words: Words = en;
  #language: Language = 'en';
  #wanted: Language = 'en';
  readonly #listeners = new Set<() => void>();

  get words(): Words {
    return this.#words;
  }

  get language(): Language {
    return this.#language;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Resolves when the page speaks it. Of several wishes, the last one holds. Rejects where the words cannot be fetched; the old ones stay. */
  async use(language: Language): Promise<void> {
    this.#wanted = language;
    const words = language === 'en' ? en : await OTHERS[language]();
    if (this.#wanted !== language) return;
    this.#words = words;
    this.#language = language;
    for (const listener of this.#listeners) listener();
  }
}

export const pageLanguage = new PageLanguage();

/** The first of the browser's languages that the page speaks. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0];
    const found = LANGUAGES.find((language) => language === base);
    if (found) return found;
  }
  return 'en';
}
