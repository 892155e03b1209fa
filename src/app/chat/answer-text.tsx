import { useTokenColors } from '../router/token-colors';
import { useSession } from '../session-context';
import type { Answer } from '../state/chat';
import { LazyModule, useLazyModule } from './lazy-module';
import { Markdown } from './markdown';

const routed = new LazyModule(() => import('./routed-text'));

/** An answer as a text, or, where its tokens are to be coloured and their routes are known, token by token. */
export function AnswerText({ answer }: { answer: Answer }) {
  const { routes } = useSession();
  const colors = useTokenColors();
  const module = useLazyModule(routed, colors !== null);
  if (module && colors && routes.has(answer.id)) return <module.RoutedText answerId={answer.id} colors={colors} />;
  return <Markdown text={answer.text} growing={answer.status === 'streaming'} />;
}
