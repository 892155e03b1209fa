import { useEffect, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { CheckIcon, CopyIcon } from '../icons';
import { useSession } from '../session-context';
import { ToolButton } from './tool-button';

const SHOWN_MS = 2000;

/** `name`: what the button says before it is used, where that is more than to copy. */
export function CopyButton({ text, name }: { text: string; name?: string }) {
  const words = useWords().chat.copy;
  const session = useSession();
  const [outcome, setOutcome] = useState<keyof typeof words>('idle');

  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    const next = copied ? 'copied' : 'failed';
    setOutcome(next);
    session.announce(words[next]);
  };

  return (
    <ToolButton
      name={outcome === 'idle' ? (name ?? words.idle) : words[outcome]}
      icon={outcome === 'copied' ? <CheckIcon /> : <CopyIcon />}
      onClick={() => void copy()}
    />
  );
}
