import { useSyncExternalStore } from 'react';
import { CloseIcon } from '../icons';
import { useSession } from '../session-context';
import { appUpdate } from './app-update';

export function UpdateNotice() {
  const session = useSession();
  const state = useSyncExternalStore(appUpdate.subscribe, appUpdate.getState);
  if (state === 'none') return null;
  return (
    <div className="update" role="status">
      <p>{state === 'accepted' ? 'The new version comes when the answer is done.' : 'There is a new version.'}</p>
      {state === 'waiting' && (
        <button
          type="button"
          className="button button-outline"
          onClick={() => void appUpdate.apply(() => session.whenIdle())}
        >
          Reload
        </button>
      )}
      <button type="button" className="button" onClick={appUpdate.dismiss}>
        <CloseIcon /> <span className="sr-only">Not now</span>
      </button>
    </div>
  );
}
