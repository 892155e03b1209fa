import { flushSync } from 'react-dom';
import { openAnalysis } from '../analysis/open';
import type { Chats } from '../chats';
import { exportChat } from '../conversations/chat-files';
import { SEARCH_ID } from '../conversations/search-field';
import { LANGUAGE_NAMES, LANGUAGES, pageLanguage, type Words } from '../i18n/language';
import { openAddDialog } from '../library/add-dialog';
import { openModels } from '../library/models-dialog';
import type { Models } from '../models';
import { toggleColumn } from '../panel/columns';
import { openPruning } from '../pruning/open';
import { comparableAnswers } from '../router/comparable-answers';
import { openCompare } from '../router/open';
import { setTokenColors, tokenColors } from '../router/token-colors';
import { openServerDialog } from '../server/server-dialog';
import type { Session } from '../session';
import { openSettings } from '../settings/settings-dialog';
import { type Answer, isStreaming } from '../state/chat';
import { nextTheme, THEMES } from '../state/look';
import type { Shortcut } from './keys';
import { openPalette, openShortcuts } from './open';

/** What commands work on. */
export interface CommandPage {
  session: Session;
  chats: Chats;
  models: Models;
}

export interface Command {
  id: string;
  label: (words: Words) => string;
  shortcuts?: readonly Shortcut[];
  /** Whether it makes sense now; without it, always. */
  isAvailable?: (page: CommandPage) => boolean;
  run: (page: CommandPage) => void;
}

/** All that can be done from everywhere: the palette lists it, shortcuts and the menu in the header name some of it. */
export const COMMANDS: readonly Command[] = [
  {
    id: 'palette',
    label: ({ commands }) => commands.palette,
    shortcuts: [{ key: 'k', mod: true }],
    run: openPalette,
  },
  {
    id: 'new-chat',
    label: ({ commands }) => commands.newChat,
    shortcuts: [{ key: 'n' }],
    isAvailable: ({ session }) => stateOf(session).chat.path.length > 0,
    run: ({ chats }) => chats.newChat(),
  },
  {
    id: 'search-chats',
    label: ({ commands }) => commands.searchChats,
    shortcuts: [{ key: 's' }],
    isAvailable: ({ chats }) => (chats.list.getState().conversations ?? []).length > 0,
    run: ({ session }) => {
      flushSync(() => toggleColumn(session, 'sidebar', true));
      document.getElementById(SEARCH_ID)?.focus();
    },
  },
  {
    id: 'chats',
    label: ({ commands }) => commands.chats,
    shortcuts: [{ key: 'c' }],
    run: ({ session }) => toggleColumn(session, 'sidebar'),
  },
  {
    id: 'panel',
    label: ({ commands }) => commands.panel,
    shortcuts: [{ key: 'm' }],
    run: ({ session }) => toggleColumn(session, 'panel'),
  },
  {
    id: 'prompt',
    label: ({ commands }) => commands.prompt,
    shortcuts: [{ key: 'p' }],
    run: () => document.querySelector<HTMLElement>('.composer textarea')?.focus(),
  },
  {
    id: 'stop',
    label: ({ commands }) => commands.stop,
    shortcuts: [{ key: 'escape' }],
    isAvailable: ({ session }) => isStreaming(stateOf(session).chat),
    run: ({ session }) => session.stop(),
  },
  {
    id: 'regenerate',
    label: ({ commands }) => commands.regenerate,
    shortcuts: [{ key: 'r' }],
    isAvailable: ({ session }) => session.canAnswer && lastAnswer(session) !== null,
    run: ({ chats }) => void chats.regenerate(),
  },
  {
    id: 'copy',
    label: ({ commands }) => commands.copy,
    shortcuts: [{ key: 'y' }],
    isAvailable: ({ session }) => (lastAnswer(session)?.text ?? '') !== '',
    run: ({ session }) => void copyLastAnswer(session),
  },
  {
    id: 'latest',
    label: ({ commands }) => commands.latest,
    shortcuts: [{ key: 'l' }],
    isAvailable: ({ session }) => stateOf(session).chat.path.length > 0,
    run: () => {
      const scroller = document.querySelector('.conversation-scroll');
      scroller?.scrollTo({ top: scroller.scrollHeight });
    },
  },
  { id: 'analysis', label: ({ commands }) => commands.analysis, shortcuts: [{ key: 'a' }], run: openAnalysis },
  { id: 'pruning', label: ({ commands }) => commands.pruning, run: openPruning },
  {
    id: 'compare',
    label: ({ commands }) => commands.compare,
    isAvailable: ({ session }) => comparableAnswers(stateOf(session).chat, session.routes).length > 1,
    run: () => openCompare(),
  },
  {
    id: 'token-colors',
    label: ({ commands }) => commands.tokenColors,
    isAvailable: ({ session }) => stateOf(session).model.info !== null,
    run: ({ session }) => {
      const layers = stateOf(session).model.info?.layers ?? 0;
      setTokenColors(tokenColors() ? null : { layer: Math.floor(layers / 2), choice: 0 });
    },
  },
  { id: 'models', label: ({ commands }) => commands.models, shortcuts: [{ key: 'o' }], run: openModels },
  { id: 'add-model', label: ({ commands }) => commands.addModel, run: openAddDialog },
  { id: 'server', label: ({ commands }) => commands.server, run: openServerDialog },
  ...(['md', 'json'] as const).map(
    (kind): Command => ({
      id: `export-${kind}`,
      label: ({ commands }) => commands.exportAs[kind],
      isAvailable: ({ session }) => stateOf(session).chat.conversation.leaf !== null,
      run: ({ session, chats }) => {
        const { untitled } = pageLanguage.words.conversations;
        void exportChat(chats, stateOf(session).chat.conversation.id, kind, untitled);
      },
    }),
  ),
  { id: 'settings', label: ({ commands }) => commands.settings, shortcuts: [{ key: ',' }], run: openSettings },
  {
    id: 'next-theme',
    label: ({ commands }) => commands.nextTheme,
    shortcuts: [{ key: 't' }],
    run: ({ session }) => session.changeSettings({ theme: nextTheme(stateOf(session).settings.theme) }),
  },
  ...THEMES.map(
    (theme): Command => ({
      id: `theme-${theme}`,
      label: ({ settings }) => settings.themeIs(settings.themes[theme]),
      isAvailable: ({ session }) => stateOf(session).settings.theme !== theme,
      run: ({ session }) => session.changeSettings({ theme }),
    }),
  ),
  ...(['auto', ...LANGUAGES] as const).map(
    (language): Command => ({
      id: `language-${language}`,
      label: ({ app, commands }) =>
        commands.languageIs(language === 'auto' ? app.languageAuto : LANGUAGE_NAMES[language]),
      isAvailable: ({ session }) => stateOf(session).settings.language !== language,
      run: ({ session }) => session.changeSettings({ language }),
    }),
  ),
  {
    id: 'shortcuts',
    label: ({ commands }) => commands.shortcuts,
    shortcuts: [{ key: '?' }, { key: '/', mod: true }],
    run: openShortcuts,
  },
];

export function isAvailable(command: Command, page: CommandPage): boolean {
  return command.isAvailable?.(page) ?? true;
}

function stateOf(session: Session) {
  return session.store.getState();
}

function lastAnswer(session: Session): Answer | null {
  const last = stateOf(session).chat.path.at(-1);
  return last?.role === 'assistant' ? last : null;
}

async function copyLastAnswer(session: Session): Promise<void> {
  const { commands } = pageLanguage.words;
  try {
    await navigator.clipboard.writeText(lastAnswer(session)?.text ?? '');
    session.announce(commands.copied);
  } catch {
    session.announce(commands.notCopied);
  }
}
