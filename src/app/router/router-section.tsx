import { useAppState } from '../session-context';
import { ExpertMap } from './expert-map';

/** The mixture of experts at work. */
export function RouterSection() {
  const info = useAppState((state) => state.model.info);
  if (!info) return null;
  return (
    <section className="panel-section">
      <h2>Experts</h2>
      <ExpertMap layers={info.layers} experts={info.experts} topK={info.topK} />
    </section>
  );
}
