import type { ReactNode } from 'react';
import { HeaderMenu } from './commands/header-menu';
import { openPalette } from './commands/open';
import { useWords } from './i18n/use-words';
import { ChevronIcon, MemoryIcon, PlusIcon, SearchIcon, SettingsIcon, SidebarIcon } from './icons';
import { openModels } from './library/models-dialog';
import { COLUMN_IDS, type Column, toggleColumn } from './panel/columns';
import { useAppState, useChats, useSession } from './session-context';
import { openSettings } from './settings/settings-dialog';
import { ThemeButton } from './settings/theme-button';

export function Header() {
  const words = useWords().app;
  const chats = useChats();
  const chatIsEmpty = useAppState((state) => state.chat.path.length === 0);
  return (
    <header className="header">
      <ColumnToggle column="sidebar" name={words.chats} icon={<SidebarIcon />} />
      <h1 className="brand">
        <img src="./icons/mark.svg" alt="" width="24" height="24" />
        <span className="brand-name">Mixtab</span>
      </h1>
      <ModelName />
      <nav className="header-actions" aria-label={words.actions}>
        <button
          type="button"
          className="button"
          disabled={chatIsEmpty}
          title={words.newChat}
          onClick={() => chats.newChat()}
        >
          <PlusIcon /> <span className="label-wide">{words.newChat}</span>
        </button>
        <button
          type="button"
          className="button header-roomy"
          aria-haspopup="dialog"
          title={words.palette}
          onClick={openPalette}
        >
          <SearchIcon /> <span className="sr-only">{words.palette}</span>
        </button>
        <span className="header-roomy">
          <ThemeButton />
        </span>
        <button
          type="button"
          className="button header-roomy"
          aria-haspopup="dialog"
          title={words.settings}
          onClick={openSettings}
        >
          <SettingsIcon /> <span className="label-wide">{words.settings}</span>
        </button>
        <HeaderMenu />
        <ColumnToggle column="panel" name={words.panel} icon={<MemoryIcon />} />
      </nav>
    </header>
  );
}

/** Shows a column beside the chat, or opens its sheet where there is no room beside it: CSS decides which of the two is there. */
function ColumnToggle({ column, name, icon }: { column: Column; name: string; icon: ReactNode }) {
  const session = useSession();
  const shown = useAppState((state) => state.settings[column]);
  return (
    <>
      <button
        type="button"
        className="button only-wide"
        title={name}
        aria-expanded={shown}
        aria-controls={COLUMN_IDS[column]}
        onClick={() => toggleColumn(session, column)}
      >
        {icon} <span className="sr-only">{name}</span>
      </button>
      <button type="button" className="button only-narrow" title={name} popoverTarget={COLUMN_IDS[column]}>
        {icon} <span className="sr-only">{name}</span>
      </button>
    </>
  );
}

function ModelName() {
  const words = useWords().app;
  const { status, info, server, id } = useAppState((state) => state.model);
  const trouble = server ? words.serverStatus : words.status;
  return (
    <button
      type="button"
      className="button model-name"
      data-status={status}
      aria-haspopup="dialog"
      onClick={openModels}
    >
      <span className="sr-only">{words.modelsNow}</span>
      <span className="model-name-text">
        {status !== 'ready' && trouble[status]}
        {status === 'ready' && info?.name}
        {status === 'ready' && server && words.modelOnServer(id.split('/').at(-1) ?? id, server.host)}
        {status === 'ready' && info && <span className="label-wide"> · {words.parameters(info.parameters)}</span>}
      </span>
      <ChevronIcon />
    </button>
  );
}
