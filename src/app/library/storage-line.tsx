import { useState } from 'react';
import { useWords } from '../i18n/use-words';
import { useLibrary, useModels } from './library-context';
import { describeStorage } from './words';

/** What this site stores, what the browser says of the rest, and whether it promised to keep it. */
export function StorageLine() {
  const models = useModels();
  const { storage: words } = useWords().models;
  const storage = useLibrary((state) => state.storage);
  const [refused, setRefused] = useState(false);
  if (!storage) return null;
  const ask = async () => {
    await models.askPersistence();
    setRefused(true);
  };
  return (
    <div className="storage-line">
      <progress aria-label={words.bar} value={storage.usageBytes} max={Math.max(1, storage.quotaBytes)} />
      <p className="muted">
        {describeStorage(words, storage)} {storage.persisted ? words.keeps : words.mayClear}
        {refused && !storage.persisted && ` ${words.noPromise}`}
      </p>
      {!storage.persisted && (
        <button type="button" className="button button-quiet" onClick={() => void ask()}>
          {words.ask}
        </button>
      )}
    </div>
  );
}
