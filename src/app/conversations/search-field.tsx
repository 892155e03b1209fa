import { useEffect, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { useChatList, useChats } from '../session-context';

export const SEARCH_ID = 'chat-search';

/** How long typing rests before messages are searched, ms. */
const REST_MS = 150;

/** What is typed, and the conversations that hold it: null while nothing is searched. */
export function useSearch(): { text: string; setText: (text: string) => void; found: ReadonlySet<string> | null } {
  const chats = useChats();
  const [text, setText] = useState('');
  const [found, setFound] = useState<ReadonlySet<string> | null>(null);
  const kept = useChatList((state) => state.conversations);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is kept has changed, so what is found may have
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === '') return setFound(null);
    let stale = false;
    const timer = setTimeout(() => {
      void chats.search(wanted).then((ids) => stale || setFound(ids));
    }, REST_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [text, kept, chats]);

  return { text, setText, found };
}

export interface SearchFieldProps {
  text: string;
  onChange: (text: string) => void;
  found: ReadonlySet<string> | null;
}

export function SearchField({ text, onChange, found }: SearchFieldProps) {
  const words = useWords().conversations;
  return (
    <search>
      <input
        id={SEARCH_ID}
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <p role="status" className={found?.size === 0 ? 'muted' : 'sr-only'}>
        {found !== null && (found.size === 0 ? words.searchFailed : words.found(found.size))}
      </p>
    </search>
  );
}
