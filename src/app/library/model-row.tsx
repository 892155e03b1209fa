import { useState } from 'react';
import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { DeleteConfirm } from './delete-confirm';
import { ImportReport } from './import-report';
import { ImportStatus } from './import-status';
import { useLibrary, useModels } from './library-context';
import { RowFailure } from './row-failure';
import { canExport, pickFolderToWrite } from './source-files';
import { TaskStatus } from './task-status';
import { UseButton } from './use-button';
import { describeEntry, formatAgo, isUsable } from './words';

export function ModelRow({ entry }: { entry: ModelEntry }) {
  const { id, name, status, addedAt, usedAt } = entry;
  const [deleting, setDeleting] = useState(false);
  const { models: words } = useWords();
  const word = words.status[status];
  const ago = formatAgo(words, Math.max(usedAt, addedAt), Date.now());
  return (
    <li className="model" data-status={status}>
      <div className="model-head">
        <h3>
          {name} {word && <span className="model-status">{word}</span>}
        </h3>
        {isUsable(entry) && <UseButton id={id} name={name} label={status === 'complete' ? words.use : words.chatNow} />}
      </div>
      <p className="muted">
        {describeEntry(words, entry)} · {usedAt > addedAt ? words.used(ago) : words.added(ago)}
      </p>
      <RowFailure entry={entry} />
      <ImportStatus entry={entry} />
      <TaskStatus id={id} />
      {status === 'complete' && <ImportReport id={id} name={name} />}
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
  const { models: words } = useWords();
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
          {words.pause} {suffix}
        </button>
      )}
      {status === 'complete' && !busy && (
        <>
          <button type="button" className="button button-quiet" onClick={() => void models.verify(id)}>
            {words.verify} {suffix}
          </button>
          {canExport() ? (
            <button type="button" className="button button-quiet" onClick={() => void exportModel()}>
              {words.export} {suffix}
            </button>
          ) : (
            <span className="muted">{words.exportNeeds}</span>
          )}
        </>
      )}
      <button type="button" className="button button-quiet" onClick={onDelete}>
        {words.delete} {suffix}
      </button>
    </div>
  );
}
