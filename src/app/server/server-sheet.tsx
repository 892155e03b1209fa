import { type FormEvent, useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { closeDialog, Dialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';
import { parseServerUrl } from './server-address';
import { SERVER_ID } from './server-dialog';

/** Names a server that is to answer in place of this device. */
export function ServerSheet() {
  const words = useWords().server;
  const remembered = useAppState((state) => state.settings.server);
  // The key that was typed is forgotten with the dialog.
  const [visit, setVisit] = useState(0);
  return (
    <Dialog id={SERVER_ID} title={words.title} closeName={words.closeName} onClose={() => setVisit((last) => last + 1)}>
      <p className="muted">{words.intro}</p>
      <ServerForm key={visit} remembered={remembered} />
    </Dialog>
  );
}

function ServerForm({ remembered }: { remembered: { baseUrl: string; model: string } | null }) {
  const words = useWords().server;
  const session = useSession();
  const id = useId();
  const [baseUrl, setBaseUrl] = useState(remembered?.baseUrl ?? '');
  const [model, setModel] = useState(remembered?.model ?? '');
  const [apiKey, setApiKey] = useState('');
  const [wrong, setWrong] = useState(false);

  const connect = (event: FormEvent) => {
    event.preventDefault();
    const address = parseServerUrl(baseUrl);
    setWrong(address === null);
    if (address === null) return;
    closeDialog(SERVER_ID);
    closeDialog('models');
    void session.connect({ baseUrl: address, model: model.trim(), ...(apiKey ? { apiKey: apiKey.trim() } : {}) });
  };

  return (
    <form className="fields" onSubmit={connect}>
      <div className="field">
        <label htmlFor={`${id}-url`}>{words.address}</label>
        <input
          id={`${id}-url`}
          type="text"
          inputMode="url"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="https://gpu.example.com/v1"
          value={baseUrl}
          aria-invalid={wrong}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setBaseUrl(event.target.value);
            setWrong(false);
          }}
        />
        <p id={`${id}-hint`} className={wrong ? 'field-error' : 'muted'}>
          {wrong ? words.addressWrong : words.addressHint}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}-model`}>{words.model}</label>
        <input
          id={`${id}-model`}
          type="text"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="mistralai/Mixtral-8x22B-Instruct-v0.1"
          value={model}
          onChange={(event) => setModel(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-key`}>{words.key}</label>
        <input
          id={`${id}-key`}
          type="password"
          autoComplete="off"
          value={apiKey}
          aria-describedby={`${id}-key-hint`}
          onChange={(event) => setApiKey(event.target.value)}
        />
        <p id={`${id}-key-hint`} className="muted">
          {words.keyHint}
        </p>
      </div>
      <button type="submit" className="button button-primary" disabled={baseUrl.trim() === '' || model.trim() === ''}>
        {words.use}
      </button>
    </form>
  );
}
