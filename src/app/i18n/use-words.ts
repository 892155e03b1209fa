import { useSyncExternalStore } from 'react';
import { pageLanguage, type Words } from './language';

/** What the page says, in its present language; draws anew when that changes. */
export function useWords(): Words {
  return useSyncExternalStore(pageLanguage.subscribe, () => pageLanguage.words);
}
