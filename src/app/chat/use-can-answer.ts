import { useAppState } from '../session-context';
import { isStreaming } from '../state/chat';

/** Whether an answer can be asked for now. */
export function useCanAnswer(): boolean {
  return useAppState(({ model, chat }) => model.status === 'ready' && !isStreaming(chat));
}
