import { useAppState } from '../session-context';
import { BudgetSlider } from './budget-slider';
import { Figures } from './figures';

/** How much memory the model may take, what that buys, and what came of it. */
export function MemorySection() {
  const { info, budget, server, sharing } = useAppState((state) => state.model);
  return (
    <>
      <section className="panel-section">
        <h2>Memory</h2>
        {info && budget ? (
          <>
            <BudgetSlider budget={budget} expertsTotal={info.layers * info.experts} />
            {sharing === 'elsewhere' && <p className="muted">Shared with another tab, where the model runs.</p>}
          </>
        ) : (
          <p className="muted">
            {server
              ? `${server.host} answers: no model takes memory on this device.`
              : 'Here you will set how much GPU memory the model may take.'}
          </p>
        )}
      </section>
      {!server && (
        <section className="panel-section">
          <h2>Figures</h2>
          <Figures />
        </section>
      )}
    </>
  );
}
