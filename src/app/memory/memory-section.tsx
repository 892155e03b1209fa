import { type ComponentType, lazy, Suspense, useState } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import '../styles/memory.css';
import { ApproximateNote } from './approximate-note';
import { BudgetSlider } from './budget-slider';
import { Figures } from './figures';
import type { OptionsFormProps } from './options-form';
import { OthersRefuse } from './others-refuse';

/** Not for the first screen. Where it cannot be fetched any more, a new version is there and says so. */
const OptionsForm = lazy(async (): Promise<{ default: ComponentType<OptionsFormProps> }> => {
  const form = await import('./options-form').catch(() => null);
  return { default: form?.OptionsForm ?? (() => null) };
});

/** How much memory the model may take, what that buys, and what came of it. */
export function MemorySection() {
  const { memory: words } = useWords();
  const { server, sharing, status } = useAppState((state) => state.model);
  const loaded = useLoaded();
  return (
    <>
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
      {!server && (
        <section className="panel-section">
          <Figures />
        </section>
      )}
      {loaded && !server && (
        <section className="panel-section">
          <Suspense>
            <OptionsForm key={loaded.info.id} info={loaded.info} budget={loaded.budget} status={status} />
          </Suspense>
          {status === 'loading' && <LoadingAgain />}
        </section>
      )}
    </>
  );
}

interface Loaded {
  info: ModelInfo;
  budget: BudgetInfo;
}

/** The model that is loaded, or that was until it is loaded again: what is being typed here stays while it is. */
function useLoaded(): Loaded | null {
  const { id, info, budget } = useAppState((state) => state.model);
  const [last, setLast] = useState<Loaded | null>(null);
  if (info && budget && (last?.info !== info || last.budget !== budget)) setLast({ info, budget });
  return last?.info.id === id ? last : null;
}

function LoadingAgain() {
  const { memory: words } = useWords();
  const progress = useAppState((state) => state.model.progress);
  return (
    <div className="memory-loading">
      <progress aria-label={words.loading} value={progress?.progress ?? 0} max={1} />
      <p className="muted">{words.loading}</p>
    </div>
  );
}
