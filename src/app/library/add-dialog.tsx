import { LazyDialog, openDialog } from '../lib/dialogs';

export const ADD_DIALOG_ID = 'add-model';

export function openAddDialog(): void {
  openDialog(ADD_DIALOG_ID);
}

export function AddDialog() {
  return <LazyDialog id={ADD_DIALOG_ID} load={async () => (await import('./add-sheet')).AddSheet} />;
}
