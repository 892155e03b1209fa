import { CheckIcon } from '../icons';
import { useAppState, useSession } from '../session-context';
import { openServerDialog } from './server-dialog';

/** In the list of models: a server of one's own, which answers in place of this device. */
export function ServerRow() {
  const session = useSession();
  const remembered = useAppState((state) => state.settings.server);
  const { server, id, status } = useAppState((state) => state.model);
  const inUse = server !== null && status !== 'failed';
  return (
    <li className="model" data-in-use={inUse}>
      <div className="model-head">
        <h3>{server ? `${id} on ${server.host}` : 'A server of your own'}</h3>
        {inUse && (
          <span className="model-mark">
            <CheckIcon /> In use
          </span>
        )}
      </div>
      <p className="muted">
        {server
          ? 'What you write is sent there. Choose another model to have answers from this device again.'
          : 'For a model that is too large for this device: it answers over the network, from an address that you name.'}
      </p>
      <div className="model-actions">
        {server && status === 'failed' && (
          <button type="button" className="button button-quiet" onClick={() => void session.start()}>
            Try again
          </button>
        )}
        <button type="button" className="button button-quiet" aria-haspopup="dialog" onClick={openServerDialog}>
          {remembered ? 'Change the server' : 'Use a server'}
        </button>
      </div>
    </li>
  );
}
