import type { ImportPreview } from '../../protocol/library';
import { formatBytes } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { speedOf } from './advice';
import { useSupport } from './use-support';

/** Of a source that is looked at: how fast it would be on this device, as far as that can be said before it is here. */
export function ExpectedHere({ preview: { shape } }: { preview: ImportPreview }) {
  const { preview: words, advice } = useWords().models;
  const found = useSupport(shape);
  if (!found || !('ok' in found)) return <Fact label={words.speed} value={found ? found.message : '…'} />;
  const { expected, softwareAdapter, reasons } = found;
  if (!expected)
    return <Fact label={words.speed} value={softwareAdapter ? words.speedUnknown : (reasons[0]?.message ?? '')} />;
  const speed = speedOf(advice, expected.decodeTokensPerSecond);
  return <Fact label={words.speed} value={words.speedOf(speed, formatBytes(expected.budgetBytes))} />;
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
