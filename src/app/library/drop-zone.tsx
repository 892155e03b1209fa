import { useEffect, useState } from 'react';
import { droppedTexts } from '../chat/composer-files';
import { useAttach } from '../chat/use-draft';
import { useWords } from '../i18n/use-words';
import { openAddDialog } from './add-dialog';
import { useModels } from './library-context';
import { fromDrop } from './source-files';

/** A file dropped anywhere on the page goes to the chat or is looked at as a model. Text that is dragged goes where it always went. */
export function DropZone() {
  const models = useModels();
  const attach = useAttach();
  const { models: words } = useWords();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // dragleave also comes when the pointer goes from one element to the next: only as many leaves as enters mean out.
    let depth = 0;
    const withFiles = (act: (event: DragEvent) => void) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      act(event);
      setOver(depth > 0);
    };
    const listeners = {
      dragenter: withFiles(() => depth++),
      dragleave: withFiles(() => depth--),
      dragover: withFiles(() => {}),
      drop: withFiles((event) => {
        depth = 0;
        if (!event.dataTransfer) return;
        const texts = droppedTexts(event.dataTransfer);
        if (texts) return void attach(texts);
        openAddDialog();
        void models.lookOnceRead(fromDrop(event.dataTransfer));
      }),
    };
    for (const [type, listener] of Object.entries(listeners))
      window.addEventListener(type as keyof typeof listeners, listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners))
        window.removeEventListener(type as keyof typeof listeners, listener);
    };
  }, [models, attach]);

  useEffect(() => {
    document.documentElement.toggleAttribute('data-dragging', over);
  }, [over]);

  return over ? <div className="drop-veil">{words.dropAnywhere}</div> : null;
}
