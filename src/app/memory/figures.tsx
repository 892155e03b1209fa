import type { GenerateStats } from '../../protocol/engine';
import { formatBytes, formatPercent, formatRate } from '../../ui/format';
import { useAppState } from '../session-context';

const NOTHING_YET = '–';

/** The four figures in words; a dash stands for what has not been measured. */
export function figuresOf(stats: GenerateStats | null, gpuBytes: number | null): { label: string; value: string }[] {
  const picks = stats ? stats.hits + stats.misses : 0;
  return [
    {
      label: 'Tokens a second',
      value: stats && stats.decodeTokensPerSecond > 0 ? formatRate(stats.decodeTokensPerSecond) : NOTHING_YET,
    },
    { label: 'Hit rate', value: stats && picks > 0 ? formatPercent(stats.hits / picks) : NOTHING_YET },
    { label: 'Paged in', value: stats ? formatBytes(stats.bytesPaged) : NOTHING_YET },
    { label: 'On the GPU', value: gpuBytes === null ? NOTHING_YET : formatBytes(gpuBytes) },
  ];
}

export function Figures() {
  const stats = useAppState((state) => state.stats);
  const gpuBytes = useAppState((state) => state.model.gpuBytes);
  return (
    <dl className="figures">
      {figuresOf(stats, gpuBytes).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
