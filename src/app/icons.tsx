import type { ReactNode } from 'react';

/** Line icons on a 20 px grid, drawn for this page. They are decoration: the words beside them carry the meaning. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const SendIcon = () => (
  <Icon>
    <path d="M10 16V4M5 9l5-5 5 5" />
  </Icon>
);
export const StopIcon = () => (
  <Icon>
    <rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" />
  </Icon>
);
export const CopyIcon = () => (
  <Icon>
    <rect x="7" y="7" width="9" height="9" rx="2" />
    <path d="M13 7V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v5a2 2 0 0 0 2 2h1" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="m4 10.5 4 4 8-9" />
  </Icon>
);
export const RefreshIcon = () => (
  <Icon>
    <path d="M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M10 4v12M4 10h12" />
  </Icon>
);
export const SettingsIcon = () => (
  <Icon>
    <path d="M3 6h8m4 0h2M3 14h2m4 0h8" />
    <circle cx="13" cy="6" r="2" />
    <circle cx="7" cy="14" r="2" />
  </Icon>
);
export const MemoryIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="5" height="5" rx="1" />
    <rect x="11.5" y="3.5" width="5" height="5" rx="1" fill="currentColor" />
    <rect x="3.5" y="11.5" width="5" height="5" rx="1" fill="currentColor" />
    <rect x="11.5" y="11.5" width="5" height="5" rx="1" />
  </Icon>
);
export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m6 8 4 4 4-4" />
  </Icon>
);
export const ArrowDownIcon = () => (
  <Icon>
    <path d="M10 4v12m5-5-5 5-5-5" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="3.2" />
    <path d="M10 2.5v1.6m0 11.8v1.6M2.5 10h1.6m11.8 0h1.6M4.7 4.7l1.1 1.1m8.4 8.4 1.1 1.1m0-10.6-1.1 1.1m-8.4 8.4-1.1 1.1" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M16 11.8A6.4 6.4 0 0 1 8.2 4a6.4 6.4 0 1 0 7.8 7.8Z" />
  </Icon>
);
export const AutoIcon = () => (
  <Icon>
    <circle cx="10" cy="10" r="6" />
    <path d="M10 4a6 6 0 0 1 0 12Z" fill="currentColor" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" strokeWidth="2.4" />
  </Icon>
);
export const ContrastIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="13" height="13" rx="2" />
    <path d="M10 3.5h4.5a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H10Z" fill="currentColor" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="8.5" cy="8.5" r="5" />
    <path d="m12.5 12.5 4 4" />
  </Icon>
);
export const SidebarIcon = () => (
  <Icon>
    <rect x="2.5" y="4" width="15" height="12" rx="2" />
    <path d="M7.5 4v12" />
  </Icon>
);
export const AttachIcon = () => (
  <Icon>
    <path d="m15.5 9-5.6 5.6a3.2 3.2 0 0 1-4.5-4.5l6-6a2.1 2.1 0 0 1 3 3l-5.7 5.7a1 1 0 0 1-1.5-1.5L12.4 6.2" />
  </Icon>
);
export const PromptIcon = () => (
  <Icon>
    <path d="M4 4.5h12V13H9.5L6 16v-3H4ZM7 7.5h6M7 10h4" />
  </Icon>
);
export const FileIcon = () => (
  <Icon>
    <path d="M5 3h6l4 4v10H5ZM11 3v4h4" />
  </Icon>
);
export const EditIcon = () => (
  <Icon>
    <path d="M4 16l.8-3.4L13.6 3.8a1.4 1.4 0 0 1 2 0l.6.6a1.4 1.4 0 0 1 0 2L7.4 15.2 4 16Z" />
  </Icon>
);
