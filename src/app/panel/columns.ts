import { type RefObject, useEffect } from 'react';
import type { Session } from '../session';

/** From this width on chats and panel stand beside the chat, below it they are sheets: as in styles/layout.css. */
const WIDE = '(min-width: 62rem)';

/** By the setting that shows it: the element's id. */
export const COLUMN_IDS = { sidebar: 'chats', panel: 'panel' } as const;
export type Column = keyof typeof COLUMN_IDS;

/** Shows or hides a column, which is remembered, or opens or closes its sheet, which is not. Without a wish it is turned round. */
export function toggleColumn(session: Session, column: Column, wish?: boolean): void {
  if (matchMedia(WIDE).matches) {
    session.changeSettings({ [column]: wish ?? !session.store.getState().settings[column] });
  } else {
    document.getElementById(COLUMN_IDS[column])?.togglePopover(wish);
  }
}

/** An open sheet left over from a narrower window would float above the column that it has become. */
export function useCloseWhenWide(sheet: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const close = () => wide.matches && sheet.current?.hidePopover();
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, [sheet]);
}
