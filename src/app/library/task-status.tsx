import { useWords } from '../i18n/use-words';
import { useLibrary, useModels } from './library-context';
import { describeTask } from './words';

/** A verify, repair or export of a model: how far it is, or what came of it. */
export function TaskStatus({ id }: { id: string }) {
  const models = useModels();
  const { models: words } = useWords();
  const task = useLibrary((state) => state.tasks[id]);
  if (!task) return null;
  const line = describeTask(words, task);
  if (task.progress) {
    const { doneBytes, totalBytes } = task.progress;
    return (
      <div className="model-import">
        <div className="import-progress">
          <progress aria-label={line} {...(totalBytes > 0 ? { value: doneBytes, max: totalBytes } : {})} />
          <p className="muted">{line}</p>
        </div>
        <div className="model-actions">
          <button type="button" className="button button-outline" onClick={() => void models.cancelTask(id)}>
            {words.task.cancel}
          </button>
        </div>
      </div>
    );
  }
  const broken = task.kind === 'verify' && task.records.length > 0;
  return (
    <div className="model-outcome" data-broken={broken} role="status">
      <p>{line}</p>
      <div className="model-actions">
        {broken && (
          <button type="button" className="button button-outline" onClick={() => void models.repair(id)}>
            {words.task.repairIt}
          </button>
        )}
        <button type="button" className="button button-quiet" onClick={() => models.clear(id)}>
          {broken ? words.task.notNow : words.task.ok}
        </button>
      </div>
    </div>
  );
}
