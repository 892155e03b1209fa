import type { ModelEntry } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { ErrorText } from '../notices/error-text';
import { openAddDialog } from './add-dialog';
import { useLibrary, useModels } from './library-context';
import { parseAddress } from './parse-address';
import { SourceAgain } from './source-again';
import { describeKept } from './words';

/** Why an import stopped, or why what was asked of a model could not be done, with what helps. */
export function RowFailure({ entry }: { entry: ModelEntry }) {
  const { id, status } = entry;
  const models = useModels();
  const { models: words } = useWords();
  const failure = useLibrary((state) => state.failures[id]);
  const error = failure ?? (status === 'failed' ? entry.error : null);
  if (!error) return null;
  const startOver = async () => {
    // The label of one on the Hub ends in the commit that it was of; there is another by now.
    const source = parseAddress(entry.sourceLabel.split('@')[0] ?? '');
    if (!(await models.remove(id))) return;
    openAddDialog();
    if (source && (entry.sourceKind === 'url' || entry.sourceKind === 'hub')) await models.look(source);
  };
  return (
    <div className="alert" role="alert" data-code={error.code}>
      <p>
        <ErrorText error={error} more={describeKept(words, error, entry)} />
      </p>
      {error.code === 'source-changed' && (
        <button type="button" className="button button-outline" onClick={() => void startOver()}>
          {words.startOver}
        </button>
      )}
      {'broken' in error.data && <SourceAgain entry={entry} onSource={(source) => void models.repair(id, source)} />}
      {failure && (
        <button type="button" className="button button-outline" onClick={() => models.clear(id)}>
          {words.dismiss}
        </button>
      )}
    </div>
  );
}
