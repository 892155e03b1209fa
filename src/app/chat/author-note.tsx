import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import type { Author } from '../state/chat';
import { lastAuthor } from './outline';

/** Says between two messages that another model answers from here on. */
export function AuthorNote({ author: { name, server } }: { author: Author }) {
  const words = useWords().chat;
  return <p className="author-note">{words.answersFromHere(server === null ? name : words.onHost(name, server))}</p>;
}

/** The same at the end, where the model that is ready is not who wrote the last answer. */
export function NextAuthorNote() {
  const session = useSession();
  const wrote = useAppState((state) => lastAuthor(state.chat.path)?.id ?? null);
  const isReady = useAppState((state) => state.model.status === 'ready');
  const next = isReady ? session.author : null;
  return next && wrote !== null && next.id !== wrote ? <AuthorNote author={next} /> : null;
}
