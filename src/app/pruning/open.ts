import { openDialog } from '../lib/dialogs';

export const PRUNING_DIALOG = 'pruning';

/** Which experts to leave out, and what that costs. */
export function openPruning(): void {
  openDialog(PRUNING_DIALOG);
}
