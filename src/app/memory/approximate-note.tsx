import type { ModelInfo } from '../../protocol/engine';
import type { LossyOptions } from '../../protocol/paging';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import { isApproximate, optionsOf } from './memory-options';

/** While a lossy mode is on: that it is, which, and the way back. */
export function ApproximateNote({ info }: { info: ModelInfo }) {
  const session = useSession();
  const { memory: words } = useWords();
  if (!isApproximate(info)) return null;
  const on = Object.entries(info.loaded.lossy).filter(([, value]) => value !== undefined);
  const names = on.map(([mode]) => words.modes[mode as keyof LossyOptions].name);
  return (
    <div className="memory-note">
      <p>
        <strong>{words.approximate}</strong>: {names.join(', ')}
      </p>
      <button
        type="button"
        className="button button-outline"
        onClick={() => {
          // It goes when the model is loaded again; the slider stays.
          document.getElementById('budget')?.focus();
          void session.loadWith({ ...optionsOf(info), lossy: {} });
        }}
      >
        {words.exactAgain}
      </button>
    </div>
  );
}
