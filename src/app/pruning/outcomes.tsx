import { TableRoom } from '../analysis/plots/table-room';
import { useWords } from '../i18n/use-words';
import type { Outcome } from './use-measure';

export interface OutcomesProps {
  outcomes: readonly Outcome[];
  /** The experts that are chosen now. */
  kept: readonly (readonly number[])[];
  experts: number;
}

/** All that was measured, to compare: what is kept, on what, and what it costs. */
export function Outcomes({ outcomes, kept, experts }: OutcomesProps) {
  const { pruning: words } = useWords();
  if (outcomes.length === 0) return null;
  const now = JSON.stringify(kept);
  return (
    <TableRoom labelledBy="pruning-outcomes">
      <table className="outcomes">
        <caption id="pruning-outcomes">{words.outcomes}</caption>
        <thead>
          <tr>
            {[words.choice, words.on, words.before, words.after2, words.change, words.tokens].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {outcomes.map((outcome) => (
            <tr key={outcome.id} data-now={JSON.stringify(outcome.kept) === now}>
              <th scope="row">
                {words.keepValue(outcome.kept[0]?.length ?? 0, experts)}
                {outcome.byHand && `, ${words.byHand}`}
                {JSON.stringify(outcome.kept) === now && <span className="model-status">{words.latest}</span>}
              </th>
              <td>{outcome.textName}</td>
              <td>{outcome.before.value.toFixed(2)}</td>
              <td>{outcome.after.value.toFixed(2)}</td>
              <td>{changeOf(outcome)}</td>
              <td>{outcome.after.tokens.toLocaleString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRoom>
  );
}

/** `+12.3%` */
function changeOf({ before, after }: Outcome): string {
  const percent = (after.value / before.value - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)}%`;
}
