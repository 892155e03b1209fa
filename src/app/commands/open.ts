import { openDialog } from '../lib/dialogs';

export const PALETTE_ID = 'palette';
export const SHORTCUTS_ID = 'shortcuts';

export function openPalette(): void {
  openDialog(PALETTE_ID);
}

export function openShortcuts(): void {
  openDialog(SHORTCUTS_ID);
}
