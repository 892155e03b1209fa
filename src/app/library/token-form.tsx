import { useId, useState } from 'react';
import type { ImportSource } from '../../protocol/library';
import { useWords } from '../i18n/use-words';
import { parseAddress } from './parse-address';

export interface TokenFormProps {
  /** `org/name@...`: of a repository on the Hub. */
  sourceLabel: string;
  onSource(source: ImportSource): void;
}

/** Asks for the access token of a repository again, as it is never stored. */
export function TokenForm({ sourceLabel, onSource }: TokenFormProps) {
  const id = useId();
  const { models: words } = useWords();
  const [token, setToken] = useState('');
  const source = parseAddress(sourceLabel);
  return (
    <form
      className="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        // The library knows revision and file: of what is given here it takes the token.
        if (source?.kind === 'hub') onSource({ kind: 'hub', repo: source.repo, token: token.trim() });
      }}
    >
      <div className="field">
        <label htmlFor={id}>{words.choose.token}</label>
        <input
          id={id}
          type="password"
          autoComplete="off"
          placeholder="hf_..."
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </div>
      <button type="submit" className="button button-outline" disabled={token.trim() === ''}>
        {words.goOn}
      </button>
    </form>
  );
}
