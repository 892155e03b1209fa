import { formatCount } from '../ui/format';
import { ChevronIcon, MemoryIcon, PlusIcon, SettingsIcon } from './icons';
import { openModels } from './library/models-dialog';
import { SIDE_PANEL_ID } from './panel/side-panel';
import { useAppState, useChats } from './session-context';
import { openSettings } from './settings/settings-dialog';
import { ThemeButton } from './settings/theme-button';

export function Header() {
  const chats = useChats();
  const chatIsEmpty = useAppState((state) => state.chat.path.length === 0);
  return (
    <header className="header">
      <h1 className="brand">
        <img src="./icons/mark.svg" alt="" width="24" height="24" />
        Mixtab
      </h1>
      <ModelName />
      <nav className="header-actions" aria-label="Chat and settings">
        <button type="button" className="button" disabled={chatIsEmpty} onClick={() => chats.newChat()}>
          <PlusIcon /> <span className="label-wide">New chat</span>
        </button>
        <button type="button" className="button only-narrow" popoverTarget={SIDE_PANEL_ID}>
          <MemoryIcon /> <span className="label-wide">Memory</span>
        </button>
        <ThemeButton />
        <button type="button" className="button" aria-haspopup="dialog" onClick={openSettings}>
          <SettingsIcon /> <span className="label-wide">Settings</span>
        </button>
      </nav>
    </header>
  );
}

const STATUS_WORDS = { loading: 'Loading the model', failed: 'Model not loaded', unsupported: 'No WebGPU' } as const;
const SERVER_WORDS = { ...STATUS_WORDS, loading: 'Asking the server', failed: 'Server not reached' } as const;

function ModelName() {
  const { status, info, server, id } = useAppState((state) => state.model);
  const words = server ? SERVER_WORDS : STATUS_WORDS;
  return (
    <button
      type="button"
      className="button model-name"
      data-status={status}
      aria-haspopup="dialog"
      onClick={openModels}
    >
      <span className="sr-only">Models, now: </span>
      <span className="model-name-text">
        {status !== 'ready' && words[status]}
        {status === 'ready' && info?.name}
        {status === 'ready' && server && `${id.split('/').at(-1)} on ${server.host}`}
        {status === 'ready' && info && <span className="label-wide"> · {formatCount(info.parameters)} parameters</span>}
      </span>
      <ChevronIcon />
    </button>
  );
}
