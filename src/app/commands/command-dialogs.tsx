import { useEffect } from 'react';
import { LazyDialog } from '../lib/dialogs';
import { useAppState } from '../session-context';
import { PALETTE_ID, SHORTCUTS_ID } from './open';
import { useCommandPage } from './use-command-page';
import { useShortcuts } from './use-shortcuts';

const loadPalette = async () => (await import('./palette')).Palette;
const loadShortcuts = async () => (await import('./shortcuts-sheet')).ShortcutsSheet;

/** Takes the keys of the page, and has the palette and the list of shortcuts, which come when they are opened. */
export function CommandDialogs() {
  useShortcuts(useCommandPage());
  const ready = useAppState((state) => state.model.status === 'ready');
  useEffect(() => {
    // Who presses its keys goes on typing at once. Where it does not come now, it is fetched when it is asked for.
    if (ready) loadPalette().catch(() => undefined);
  }, [ready]);
  return (
    <>
      <LazyDialog id={PALETTE_ID} load={loadPalette} />
      <LazyDialog id={SHORTCUTS_ID} load={loadShortcuts} />
    </>
  );
}
