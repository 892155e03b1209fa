import { LANGUAGES, type Language } from '../i18n/language';

export const THEMES = ['auto', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

/** How the page looks and speaks, and which keys it takes. */
export interface LookSettings {
  /** `contrast` follows the system in light and dark. */
  theme: Theme;
  /** `auto`: the first of the browser's languages that the page speaks. */
  language: 'auto' | Language;
  /** Whether the chats stand beside the chat, where there is room. */
  sidebar: boolean;
  /** Whether memory and experts stand beside the chat, where there is room. */
  panel: boolean;
  /** Whether a single letter is a command outside text fields. */
  letterKeys: boolean;
}

export const DEFAULT_LOOK: LookSettings = {
  theme: 'auto',
  language: 'auto',
  sidebar: true,
  panel: true,
  letterKeys: true,
};

/** The one after it, round and round. */
export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
}

/** From what storage holds; a broken field falls back, the others stay. */
export function parseLook(raw: Record<string, unknown>): LookSettings {
  return {
    theme: THEMES.find((theme) => theme === raw.theme) ?? DEFAULT_LOOK.theme,
    language: LANGUAGES.find((language) => language === raw.language) ?? DEFAULT_LOOK.language,
    sidebar: typeof raw.sidebar === 'boolean' ? raw.sidebar : DEFAULT_LOOK.sidebar,
    panel: typeof raw.panel === 'boolean' ? raw.panel : DEFAULT_LOOK.panel,
    letterKeys: typeof raw.letterKeys === 'boolean' ? raw.letterKeys : DEFAULT_LOOK.letterKeys,
  };
}
