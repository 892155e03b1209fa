import { useWords } from '../i18n/use-words';
import { openModels } from '../library/models-dialog';
import { openServerDialog } from '../server/server-dialog';
import { useAppState, useChats, useSession } from '../session-context';
import { type Problem, type Remedy, remedyFor } from '../state/problems';
import { ErrorText } from './error-text';

export function ProblemAlerts() {
  const problems = useAppState((state) => state.problems);
  return problems.map((problem) => <ProblemAlert key={problem.source} problem={problem} />);
}

/** What failed, what to do, and a button that does it. */
function ProblemAlert({ problem }: { problem: Problem }) {
  const words = useWords().notices;
  const cure = useCure(problem);
  return (
    <div className="alert column" role="alert" data-code={problem.error.code}>
      <p>
        <ErrorText error={problem.error} />
      </p>
      <button type="button" className="button button-outline" onClick={cure}>
        {words.remedies[remedyFor(problem)]}
      </button>
    </div>
  );
}

function useCure(problem: Problem): () => void {
  const session = useSession();
  const chats = useChats();
  const cures: Record<Remedy, () => void> = {
    'load-again': () => void session.start(),
    'answer-again': () => void chats.regenerate(),
    'new-chat': () => chats.newChat(),
    'least-budget': () => void session.takeLeastBudget(problem.error),
    'reload-page': () => location.reload(),
    'open-models': openModels,
    'open-server': openServerDialog,
    'save-again': () => void chats.flush(),
    dismiss: () => session.cure(problem.source),
  };
  return cures[remedyFor(problem)];
}
