import { useId, useState } from 'react';
import type { ModelEntry } from '../../protocol/library';
import { useModels } from './library-context';
import { parseAddress } from './parse-address';
import { SourceButton } from './source-button';
import { NEEDS } from './words';

/** Goes on with an import that was cut off, asking for what the browser no longer has. */
export function ResumeControl({ entry }: { entry: ModelEntry }) {
  const { id, name, needs } = entry;
  const models = useModels();
  const suffix = <span className="sr-only">with {name}</span>;
  return (
    <>
      {needs !== 'nothing' && <p className="muted">{NEEDS[needs]}</p>}
      {needs === 'token' ? (
        <TokenForm entry={entry} />
      ) : (
        <div className="model-actions">
          {needs !== 'files' && (
            <button type="button" className="button button-outline" onClick={() => void models.resume(id)}>
              {needs === 'permission' ? 'Allow and go on' : 'Go on'} {suffix}
            </button>
          )}
          {needs !== 'nothing' && (
            <>
              <SourceButton what="files" onChoose={(source) => void models.resume(id, source)}>
                Choose the file {suffix}
              </SourceButton>
              <SourceButton what="folder" onChoose={(source) => void models.resume(id, source)}>
                or its folder {suffix}
              </SourceButton>
            </>
          )}
        </div>
      )}
    </>
  );
}

function TokenForm({ entry: { id, sourceLabel } }: { entry: ModelEntry }) {
  const models = useModels();
  const field = useId();
  const [token, setToken] = useState('');
  const source = parseAddress(sourceLabel);
  return (
    <form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (source?.kind === 'hub') void models.resume(id, { ...source, token });
      }}
    >
      <div className="field">
        <label htmlFor={field}>Access token</label>
        <input
          id={field}
          type="password"
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </div>
      <button type="submit" className="button button-outline" disabled={token === ''}>
        Go on
      </button>
    </form>
  );
}
