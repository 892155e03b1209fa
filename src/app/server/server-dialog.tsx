import { LazyDialog, openDialog } from '../lib/dialogs';

export const SERVER_ID = 'server';

export function openServerDialog(): void {
  openDialog(SERVER_ID);
}

const load = async () => (await import('./server-sheet')).ServerSheet;

/** Few have a server: the form comes when it is opened. */
export function ServerDialog() {
  return <LazyDialog id={SERVER_ID} load={load} />;
}
