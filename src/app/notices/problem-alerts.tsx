import { openModels } from '../library/models-dialog';
import { useAppState, useChats, useSession } from '../session-context';
import { type Problem, REMEDY_LABELS, type Remedy, remedyFor } from '../state/problems';

export function ProblemAlerts() {
  const problems = useAppState((state) => state.problems);
  return problems.map((problem) => <ProblemAlert key={problem.source} problem={problem} />);
}

/** What failed, what to do, and a button that does it. */
function ProblemAlert({ problem }: { problem: Problem }) {
  const cure = useCure(problem);
  const { message, hint } = problem.error;
  return (
    <div className="alert column" role="alert" data-code={problem.error.code}>
      <p>
        <strong>{message}</strong> {hint}
      </p>
      <button type="button" className="button button-outline" onClick={cure}>
        {REMEDY_LABELS[remedyFor(problem)]}
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
    dismiss: () => session.cure(problem.source),
  };
  return cures[remedyFor(problem)];
}
