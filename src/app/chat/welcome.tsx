import { useAppState, useChats } from '../session-context';
import { LoadStatus } from './load-status';

const SUGGESTIONS = ['Tell me a story about a cat.', 'Write a scene with ROMEO and JULIET.', 'What is 12 + 7?'];

export function Welcome() {
  const chats = useChats();
  const { status, server } = useAppState((state) => state.model);
  return (
    <div className="welcome">
      {server ? (
        <>
          <p className="welcome-lead">A language model on {server.host}.</p>
          <p>What you write is sent there.</p>
        </>
      ) : (
        <>
          <p className="welcome-lead">A language model, running in this tab.</p>
          <p>Nothing you write leaves your device.</p>
          <p>It is a Mixtral: only the experts that a word needs take up GPU memory.</p>
        </>
      )}
      {status === 'loading' && !server && <LoadStatus />}
      {status === 'ready' && (
        <ul className="suggestions" aria-label="Suggested prompts">
          {SUGGESTIONS.map((text) => (
            <li key={text}>
              <button type="button" className="button button-suggestion" onClick={() => void chats.send(text)}>
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
