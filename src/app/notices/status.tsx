import { LoadStatus } from '../chat/load-status';
import { useAppState } from '../session-context';

/** What the reader has to know but not act on; for screen readers also that an answer is done, and what it says. */
export function Status() {
  const announcement = useAppState((state) => state.announcement);
  const recovering = useAppState((state) => state.model.recovering);
  const moving = useAppState((state) => state.model.sharing === 'moving');
  const reloading = useAppState((state) => state.model.status === 'loading' && state.chat.path.length > 0);
  return (
    <>
      <div className="status column" role="status">
        {recovering && <p>The GPU was reset. Getting the model back; the answer goes on.</p>}
        {moving && <p>The tab that ran the model has gone. Getting the model back; the answer goes on.</p>}
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
