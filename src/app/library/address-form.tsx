import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import type { Draft } from '../state/library';
import { useModels } from './library-context';
import { addressOf, parseAddress } from './parse-address';

/** A web address or a Hugging Face name. What lies there (GGUF, safetensors, a pack) is found out by looking. */
export function AddressForm({ draft }: { draft: Draft }) {
  const models = useModels();
  const { choose: words } = useWords().models;
  const id = useId();
  const known = draft.source?.kind === 'hub' ? draft.source : null;
  const [address, setAddress] = useState(addressOf(known ? { ...known, revision: undefined } : draft.source));
  const [revision, setRevision] = useState(known?.revision ?? '');
  const [token, setToken] = useState(known?.token ?? '');
  const [wrong, setWrong] = useState(false);
  const source = parseAddress(address);
  const denied = draft.error?.code === 'source-denied';

  const tokenField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (denied) tokenField.current?.focus();
  }, [denied]);

  const look = (event: FormEvent) => {
    event.preventDefault();
    setWrong(source === null);
    if (source?.kind === 'url') void models.look(source);
    if (source?.kind === 'hub') {
      const named = revision.trim() || source.revision;
      void models.look({ ...source, ...(named ? { revision: named } : {}), ...(token ? { token: token.trim() } : {}) });
    }
  };

  return (
    <form className="address-form" onSubmit={look}>
      <div className="field">
        <label htmlFor={`${id}-address`}>{words.address}</label>
        <input
          id={`${id}-address`}
          type="text"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={words.addressLike}
          value={address}
          aria-invalid={wrong}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setAddress(event.target.value);
            setWrong(false);
          }}
        />
        <p id={`${id}-hint`} className={wrong ? 'field-error' : 'muted'}>
          {wrong ? words.addressWrong : words.addressHint}
        </p>
      </div>
      {source?.kind === 'hub' && (
        <div className="hub-fields">
          <div className="field">
            <label htmlFor={`${id}-revision`}>{words.revision}</label>
            <input
              id={`${id}-revision`}
              type="text"
              autoComplete="off"
              spellCheck={false}
              placeholder={source.revision ?? 'main'}
              value={revision}
              onChange={(event) => setRevision(event.target.value)}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-token`}>{words.tokenIfGated}</label>
            <input
              id={`${id}-token`}
              ref={tokenField}
              type="password"
              autoComplete="off"
              placeholder="hf_..."
              value={token}
              aria-invalid={denied}
              onChange={(event) => setToken(event.target.value)}
            />
          </div>
          <p className="muted">{words.tokenStays}</p>
        </div>
      )}
      <button
        type="submit"
        className="button button-primary"
        disabled={address.trim() === '' || draft.stage === 'looking'}
      >
        {words.look}
      </button>
    </form>
  );
}
