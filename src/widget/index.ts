/** The element `<mixtab-chat>`: importing this defines it. */
import { MixtabChat } from './mixtab-chat';

export type { ChatEngine } from '../client/chat-engine';
export type { LoadProgress } from '../protocol/engine';
export type { ErrorData } from '../protocol/errors';
export type { MixtabChatEventMap } from './events';
export type { WidgetMessage } from './messages';
export { MixtabChat };

// A page may well have the script twice.
if (!customElements.get('mixtab-chat')) customElements.define('mixtab-chat', MixtabChat);

declare global {
  interface HTMLElementTagNameMap {
    'mixtab-chat': MixtabChat;
  }
}
