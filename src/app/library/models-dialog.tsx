import { LazyDialog, openDialog } from '../lib/dialogs';

export const MODELS_DIALOG_ID = 'models';

export function openModels(): void {
  openDialog(MODELS_DIALOG_ID);
}

export function ModelsDialog() {
  return <LazyDialog id={MODELS_DIALOG_ID} load={async () => (await import('./models-sheet')).ModelsSheet} />;
}
