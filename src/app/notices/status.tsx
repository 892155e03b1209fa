import { useSyncExternalStore } from 'react';
import { LoadStatus } from '../chat/load-status';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import { connection } from './connection';

/** What the reader has to know but not act on; for screen readers also that an answer is done, and what it says. */
export function Status() {
  const words = useWords().notices;
  const announcement = useAppState((state) => state.announcement);
  const recovering = useAppState((state) => state.model.recovering);
  const moving = useAppState((state) => state.model.sharing === 'moving');
  const reloading = useAppState((state) => state.model.status === 'loading' && state.chat.path.length > 0);
  const server = useAppState((state) => state.model.server);
  const online = useSyncExternalStore(connection.subscribe, connection.isOnline);
  return (
    <>
      <div className="status column" role="status">
        {recovering && <p>{words.recovering}</p>}
        {moving && <p>{words.moving}</p>}
        {server && !online && <p>{words.offline(server.host)}</p>}
        <p className="sr-only">{announcement}</p>
      </div>
      {reloading && (
        <div className="column">
          <LoadStatus />
        </div>
      )}
    </>
  );
}
