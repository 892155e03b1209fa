import { useWords } from '../i18n/use-words';
import { openModels } from '../library/models-dialog';
import { useAppState, useChats, useSession } from '../session-context';
import { LoadStatus } from './load-status';

/** What the embedded model was trained on, in its only language. */
const EMBEDDED_SUGGESTIONS = [
  'Tell me a story about a cat.',
  'Write a scene with ROMEO and JULIET.',
  'What is 12 + 7?',
] as const;

/** The empty chat: what this is and what it costs, something to ask, and the way to a large model. */
export function Welcome() {
  const { embedded } = useSession();
  const { status, server, id } = useAppState((state) => state.model);
  const isEmbedded = server === null && id === embedded.id;
  return (
    <div className="welcome">
      <Lead embeddedName={isEmbedded ? embedded.name : null} host={server?.host ?? null} />
      {status === 'loading' && !server && <LoadStatus />}
      {status === 'ready' && <Suggestions isEmbedded={isEmbedded} />}
    </div>
  );
}

function Lead({ embeddedName, host }: { embeddedName: string | null; host: string | null }) {
  const words = useWords().app;
  if (host !== null) {
    return (
      <>
        <p className="welcome-lead">{words.serverLead(host)}</p>
        <p>{words.serverSent}</p>
      </>
    );
  }
  return (
    <>
      <p className="welcome-lead">{words.lead}</p>
      <p>{words.leadMore}</p>
      {embeddedName !== null && <p>{words.embedded(embeddedName)}</p>}
    </>
  );
}

function Suggestions({ isEmbedded }: { isEmbedded: boolean }) {
  const words = useWords().app;
  const chats = useChats();
  const suggestions = isEmbedded ? EMBEDDED_SUGGESTIONS : words.suggested;
  return (
    <>
      <ul className="suggestions" aria-label={words.suggestions} lang={isEmbedded ? 'en' : undefined}>
        {suggestions.map((text) => (
          <li key={text}>
            <button type="button" className="button button-suggestion" onClick={() => void chats.send(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
      {isEmbedded && (
        <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openModels}>
          {words.bringMixtral}
        </button>
      )}
    </>
  );
}
