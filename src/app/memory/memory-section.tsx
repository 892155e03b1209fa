import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import '../styles/memory.css';
import { ApproximateNote } from './approximate-note';
import { BudgetSlider } from './budget-slider';
import { OthersRefuse } from './others-refuse';
import { useLoaded } from './use-loaded';

/** How much memory the model may take, and what that buys. */
export function MemorySection() {
  const { memory: words } = useWords();
  const { server, sharing } = useAppState((state) => state.model);
  const loaded = useLoaded();
  return (
    <section className="panel-section">
      <h2>{words.title}</h2>
      <OthersRefuse />
      {loaded && !server ? (
        <>
          <ApproximateNote info={loaded.info} />
          <BudgetSlider budget={loaded.budget} info={loaded.info} />
          {sharing === 'elsewhere' && <p className="muted">{words.elsewhere}</p>}
        </>
      ) : (
        <p className="muted">{server ? words.onServer(server.host) : words.empty}</p>
      )}
    </section>
  );
}
