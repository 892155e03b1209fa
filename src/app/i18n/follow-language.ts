import type { AppState } from '../state/app-state';
import { type Language, languageOf, pageLanguage } from './language';

interface Watched {
  getState(): Pick<AppState, 'settings'>;
  subscribe(listener: () => void): () => void;
}

/**
 * Lets the page speak the language of the settings, now and whenever it changes; the document says which one it is. Resolves when the first
 * one is there; where its words cannot be fetched the page speaks on as it does.
 */
export function followLanguage(store: Watched, preferred: readonly string[] = navigator.languages): Promise<void> {
  const speak = async (): Promise<void> => {
    const { language } = store.getState().settings;
    const wanted: Language = language === 'auto' ? languageOf(preferred) : language;
    await pageLanguage.use(wanted).catch(() => undefined);
  };
  const sayWhich = (): void => {
    document.documentElement.lang = pageLanguage.language === 'zh' ? 'zh-Hans' : pageLanguage.language;
    document.title = pageLanguage.words.app.title;
  };
  pageLanguage.subscribe(sayWhich);
  let last = store.getState().settings.language;
  store.subscribe(() => {
    const { language } = store.getState().settings;
    if (language === last) return;
    last = language;
    void speak();
  });
  return speak();
}
