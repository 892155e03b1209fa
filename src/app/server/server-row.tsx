import { useWords } from '../i18n/use-words';
import { CheckIcon } from '../icons';
import { useAppState, useSession } from '../session-context';
import { openServerDialog } from './server-dialog';

/** In the list of models: a server of one's own, which answers in place of this device. */
export function ServerRow() {
  const { server: words, app } = useWords();
  const session = useSession();
  const remembered = useAppState((state) => state.settings.server);
  const { server, id, status } = useAppState((state) => state.model);
  const inUse = server !== null && status !== 'failed';
  return (
    <li className="model" data-in-use={inUse}>
      <div className="model-head">
        <h3>{server ? app.modelOnServer(id, server.host) : words.own}</h3>
        {inUse && (
          <span className="model-mark">
            <CheckIcon /> {words.inUse}
          </span>
        )}
      </div>
      <p className="muted">{server ? words.sentThere : words.ownHint}</p>
      <div className="model-actions">
        {server && status === 'failed' && (
          <button type="button" className="button button-quiet" onClick={() => void session.start()}>
            {words.tryAgain}
          </button>
        )}
        <button type="button" className="button button-quiet" aria-haspopup="dialog" onClick={openServerDialog}>
          {remembered ? words.change : words.choose}
        </button>
      </div>
    </li>
  );
}
