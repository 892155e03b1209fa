import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import { LazyModule, useLazyModule } from './lazy-module';
import { Welcome } from './welcome';

/** What draws messages is half of what the page weighs: it comes while the model loads. */
const MESSAGES = new LazyModule(() => import('./messages'));
void MESSAGES.want();

/** The conversation that is shown. Another one is drawn anew. */
export function Conversation() {
  const words = useWords().chat;
  const id = useAppState((state) => state.chat.conversation.id);
  const hasBegun = useAppState((state) => state.chat.path.length > 0);
  const messages = useLazyModule(MESSAGES, hasBegun);
  if (messages) return <messages.Messages key={id} />;
  return (
    <div className="conversation">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="conversation-scroll" tabIndex={0} aria-label={words.conversation} aria-busy={hasBegun}>
        <div className="column conversation-content">{!hasBegun && <Welcome />}</div>
      </section>
    </div>
  );
}
