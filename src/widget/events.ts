import type { ChatEngine } from '../client/chat-engine';
import type { LoadProgress } from '../protocol/engine';
import type { ErrorData } from '../protocol/errors';
import type { WidgetMessage } from './messages';

/** What `mixtab-chat` dispatches; all bubble and leave shadow trees. */
export interface MixtabChatEventMap {
  /** The engine is ready for this element. */
  'mixtab-ready': CustomEvent<{ engine: ChatEngine }>;
  'mixtab-progress': CustomEvent<LoadProgress>;
  /** A question was asked, or an answer is over; `finishReason` is null of a question. */
  'mixtab-message': CustomEvent<{ message: WidgetMessage; finishReason: 'stop' | 'length' | 'abort' | null }>;
  /** The next part of the answer being written. */
  'mixtab-delta': CustomEvent<{ text: string }>;
  'mixtab-error': CustomEvent<ErrorData>;
}

declare global {
  interface HTMLElementEventMap extends MixtabChatEventMap {}
}
