import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { useSession } from '../session-context';
import { appUpdate } from './app-update';

export function UpdateNotice() {
  const words = useWords().notices;
  const session = useSession();
  const state = useSyncExternalStore(appUpdate.subscribe, appUpdate.getState);
  if (state === 'none') return null;
  return (
    <div className="update" role="status">
      <p>{state === 'accepted' ? words.updateLater : words.update}</p>
      {state === 'waiting' && (
        <button
          type="button"
          className="button button-outline"
          onClick={() => void appUpdate.apply(() => session.whenIdle())}
        >
          {words.reload}
        </button>
      )}
      <button type="button" className="button" onClick={appUpdate.dismiss}>
        <CloseIcon /> <span className="sr-only">{words.notNow}</span>
      </button>
    </div>
  );
}
