import { useState } from 'react';
import { useLibrary, useModels } from './library-context';
import { describeStorage } from './words';

/** What this site stores, what the browser says of the rest, and whether it promised to keep it. */
export function StorageLine() {
  const models = useModels();
  const storage = useLibrary((state) => state.storage);
  const [refused, setRefused] = useState(false);
  if (!storage) return null;
  const ask = async () => {
    await models.askPersistence();
    setRefused(true);
  };
  return (
    <div className="storage-line">
      <p className="muted">
        {describeStorage(storage)} by the browser's guess.{' '}
        {storage.persisted
          ? 'The browser keeps it until you delete it.'
          : 'The browser may clear it all when the disk runs low.'}
        {refused && !storage.persisted && ' It gave no promise now: install this page or bookmark it, then ask again.'}
      </p>
      {!storage.persisted && (
        <button type="button" className="button button-quiet" onClick={() => void ask()}>
          Ask to keep it
        </button>
      )}
    </div>
  );
}
