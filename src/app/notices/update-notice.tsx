import { useSyncExternalStore } from 'react';
import { CloseIcon } from '../icons';
import { appUpdate } from './app-update';

export function UpdateNotice() {
  const waiting = useSyncExternalStore(appUpdate.subscribe, appUpdate.isWaiting);
  if (!waiting) return null;
  return (
    <div className="update" role="status">
      <p>There is a new version.</p>
      <button type="button" className="button button-outline" onClick={appUpdate.apply}>
        Reload
      </button>
      <button type="button" className="button" onClick={appUpdate.dismiss}>
        <CloseIcon /> <span className="sr-only">Not now</span>
      </button>
    </div>
  );
}
