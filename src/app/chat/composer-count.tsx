import { useEffect } from 'react';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import type { DraftSize } from './use-prompt-size';

/** How full the model's context would be. Screen readers hear it when a limit is crossed, not as one types. */
export function DraftCount({ id, size }: { id: string; size: DraftSize | null }) {
  const words = useWords().composer;
  const session = useSession();
  const note = size ? noteOf(words, size) : '';
  const level = size?.level;

  // biome-ignore lint/correctness/useExhaustiveDependencies: told once for each limit, though its figures go on changing
  useEffect(() => {
    if (note !== '') session.announce(note);
  }, [level, session]);

  if (!size) return <p id={id} className="draft-count" />;
  const { tokens, contextLength } = size;
  return (
    <p id={id} className="draft-count" data-level={size.level}>
      {note && <span className="draft-note">{note}</span>}
      <span>{words.tokens(tokens.toLocaleString('en'), contextLength.toLocaleString('en'))}</span>
      <span className="draft-bar" aria-hidden="true">
        <i style={{ inlineSize: `${Math.min(100, (100 * tokens) / contextLength)}%` }} />
      </span>
    </p>
  );
}

function noteOf({ level }: Words['composer'], size: DraftSize): string {
  switch (size.level) {
    case 'forgets':
      return level.forgets(size.forgotten);
    case 'tight':
      return level.tight(size.contextLength - size.tokens + 1);
    case 'over':
      return level.over;
    default:
      return '';
  }
}
