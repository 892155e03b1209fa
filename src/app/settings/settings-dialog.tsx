import { LazyDialog, openDialog } from '../lib/dialogs';

export const SETTINGS_ID = 'settings';

export function openSettings(): void {
  openDialog(SETTINGS_ID);
}

const load = async () => (await import('./settings-sheet')).SettingsSheet;

/** Most visits need no settings: they come when they are opened. */
export function SettingsDialog() {
  return <LazyDialog id={SETTINGS_ID} load={load} />;
}
