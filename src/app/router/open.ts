import { openDialog } from '../lib/dialogs';
import { compared } from './compared';

export const COMPARE_DIALOG = 'compare';

/** Two answers of this conversation beside each other, by their ids. Without one, the last ones that can be compared. */
export function openCompare(a?: string, b?: string): void {
  compared.choose({ a: a ?? null, b: b ?? null });
  compared.show(true);
  openDialog(COMPARE_DIALOG);
}
