import { useEffect, useState } from 'react';
import { CheckIcon, CopyIcon } from '../icons';

const LABELS = { idle: 'Copy', copied: 'Copied', failed: 'Not copied' } as const;
const SHOWN_MS = 2000;

export function CopyButton({ text }: { text: string }) {
  const [outcome, setOutcome] = useState<keyof typeof LABELS>('idle');

  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('failed');
    }
  };

  return (
    <button type="button" className="button button-quiet" onClick={() => void copy()}>
      {outcome === 'copied' ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{LABELS[outcome]}</span>
    </button>
  );
}
