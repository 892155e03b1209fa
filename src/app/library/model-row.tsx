import { useState } from 'react';
import type { ModelEntry } from '../../protocol/library';
import { DeleteConfirm } from './delete-confirm';
import { ImportStatus } from './import-status';
import { useLibrary, useModels } from './library-context';
import { RowFailure } from './row-failure';
import { canExport, pickFolderToWrite } from './source-files';
import { TaskStatus } from './task-status';
import { UseButton } from './use-button';
import { describeEntry, formatAgo, isUsable, STATUS_WORDS } from './words';

export function ModelRow({ entry }: { entry: ModelEntry }) {
  const { id, name, status, addedAt, usedAt } = entry;
  const [deleting, setDeleting] = useState(false);
  const word = STATUS_WORDS[status];
  return (
    <li className="model" data-status={status}>
      <div className="model-head">
        <h3>
          {name} {word && <span className="model-status">{word}</span>}
        </h3>
        {isUsable(entry) && (
          <UseButton id={id} name={name} label={status === 'complete' ? 'Use' : 'Start chatting now'} />
        )}
      </div>
      <p className="muted">
        {describeEntry(entry)} · {usedAt > addedAt ? 'used' : 'added'}{' '}
        {formatAgo(Math.max(usedAt, addedAt), Date.now())}
      </p>
      <RowFailure entry={entry} />
      <ImportStatus entry={entry} />
      <TaskStatus id={id} />
      {deleting ? (
        <DeleteConfirm entry={entry} onKeep={() => setDeleting(false)} />
      ) : (
        <RowActions entry={entry} onDelete={() => setDeleting(true)} />
      )}
    </li>
  );
}

function RowActions({ entry, onDelete }: { entry: ModelEntry; onDelete(): void }) {
  const models = useModels();
  const { id, name, status } = entry;
  const busy = useLibrary((state) => state.tasks[id]?.progress != null);
  const exportModel = async () => {
    const folder = await pickFolderToWrite();
    if (folder) await models.exportTo(id, folder);
  };
  const suffix = <span className="sr-only">{name}</span>;
  return (
    <div className="model-actions">
      {status === 'importing' && (
        <button type="button" className="button button-quiet" onClick={() => void models.pause(id)}>
          Pause {suffix}
        </button>
      )}
      {status === 'complete' && !busy && (
        <>
          <button type="button" className="button button-quiet" onClick={() => void models.verify(id)}>
            Verify {suffix}
          </button>
          {canExport() ? (
            <button type="button" className="button button-quiet" onClick={() => void exportModel()}>
              Export {suffix}
            </button>
          ) : (
            <span className="muted">Export needs Chrome or Edge on a computer</span>
          )}
        </>
      )}
      <button type="button" className="button button-quiet" onClick={onDelete}>
        Delete {suffix}
      </button>
    </div>
  );
}
