import { useEffect, useRef } from 'react';
import type { ModelEntry } from '../../protocol/library';
import { formatBytes } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { useModels } from './library-context';

/** Asks once, and says what is lost. */
export function DeleteConfirm({ entry, onKeep }: { entry: ModelEntry; onKeep(): void }) {
  const { id, name, committedBytes, sourceLabel } = entry;
  const models = useModels();
  const { models: words } = useWords();
  const { embedded } = useSession();
  const inUse = useAppState((state) => state.model.id === id);
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const remove = async () => {
    if (!(await models.remove(id))) onKeep();
  };
  return (
    <div
      className="model-confirm"
      role="alertdialog"
      aria-label={words.deleteWhich(name)}
      aria-describedby={`${id}-lost`}
    >
      <p id={`${id}-lost`}>
        {words.deleteLoses(formatBytes(committedBytes), name, sourceLabel)} {inUse && words.takesOver(embedded.name)}
      </p>
      <div className="model-actions">
        <button type="button" className="button button-danger" onClick={() => void remove()}>
          {words.delete}
        </button>
        <button ref={keep} type="button" className="button button-outline" onClick={onKeep}>
          {words.keep}
        </button>
      </div>
    </div>
  );
}
