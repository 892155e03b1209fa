import { en } from '../i18n/en';
import type { Words } from '../i18n/language';
import { COMMANDS, type CommandPage, isAvailable } from './commands';
import type { Shortcut } from './keys';
import type { Named } from './rank';

/** A line of the palette. */
export interface Entry extends Named {
  id: string;
  group: 'commands' | 'chats' | 'models';
  shortcut?: Shortcut | undefined;
  run: () => void;
}

/** All that can be chosen now: commands that make sense, the other chats, the other models. */
export function entriesNow(page: CommandPage, words: Words): Entry[] {
  return [...commandEntries(page, words), ...chatEntries(page, words), ...modelEntries(page)];
}

function commandEntries(page: CommandPage, words: Words): Entry[] {
  return COMMANDS.filter((command) => command.id !== 'palette' && isAvailable(command, page)).map((command) => ({
    id: `command-${command.id}`,
    group: 'commands',
    label: command.label(words),
    alias: command.label(en),
    shortcut: command.shortcuts?.[0],
    run: () => command.run(page),
  }));
}

function chatEntries({ session, chats }: CommandPage, { conversations: words }: Words): Entry[] {
  const shown = session.store.getState().chat.conversation.id;
  return (chats.list.getState().conversations ?? [])
    .filter(({ id }) => id !== shown)
    .map(({ id, title }) => ({
      id: `chat-${id}`,
      group: 'chats',
      label: title || words.untitled,
      run: () => void chats.open(id),
    }));
}

function modelEntries({ session, models }: CommandPage): Entry[] {
  const { id: current, server } = session.store.getState().model;
  const stored = (models.store.getState().models ?? []).filter(({ status }) => status === 'complete');
  return [session.embedded, ...stored]
    .filter(({ id }) => server !== null || id !== current)
    .map(({ id, name }) => ({ id: `model-${id}`, group: 'models', label: name, run: () => void session.use(id) }));
}
