import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { parseMemoryOptions } from './memory-options';

/** Where the tabs that share the model loaded it so that this one's options cannot be met: what to do. */
export function OthersRefuse() {
  const session = useSession();
  const { memory: words } = useWords();
  const id = useAppState((state) => state.model.id);
  const problem = useAppState((state) => state.problems.find(({ source }) => source === 'load'));
  const kept = useAppState((state) => state.settings.memory[id]);
  const { shared } = problem?.error.data ?? {};
  if (shared === undefined) return null;
  const theirs = parseMemoryOptions({ shared }).shared;
  return (
    <div className="memory-note">
      <p>{words.othersRefuse}</p>
      <button
        type="button"
        className="button button-outline"
        onClick={() => void session.loadWith({ ...kept, ...theirs })}
      >
        {words.useTheirs}
      </button>
    </div>
  );
}
