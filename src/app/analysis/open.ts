import { openDialog } from '../lib/dialogs';

export const ANALYSIS_DIALOG = 'analysis';

/** Where experts go, by domain of text. */
export function openAnalysis(): void {
  openDialog(ANALYSIS_DIALOG);
}
