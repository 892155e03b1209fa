import { useId } from 'react';
import { formatPercent, formatRate } from '../../ui/format';
import { RoutedText } from '../chat/routed-text';
import { useWords } from '../i18n/use-words';
import { FigureList } from '../memory/figure-list';
import type { ComparableAnswer } from './comparable-answers';
import type { TokenColors } from './token-colors';

export interface CompareSideProps {
  name: string;
  of: ComparableAnswer;
  colors: TokenColors;
}

/** One of the two answers: its figures and its tokens. */
export function CompareSide({ name, of: { answer }, colors }: CompareSideProps) {
  const { router: words } = useWords();
  const id = useId();
  const { figures, by } = answer;
  const picks = figures ? figures.hits + figures.misses : 0;
  return (
    <section className="compare-side" aria-labelledby={id}>
      <h3 id={id}>{name}</h3>
      <FigureList
        figures={[
          { label: words.figures.model, value: by?.name ?? '–' },
          { label: words.figures.tokens, value: figures ? String(figures.tokens) : '–' },
          { label: words.figures.speed, value: figures ? formatRate(figures.tokensPerSecond) : '–' },
          { label: words.figures.hits, value: figures && picks > 0 ? formatPercent(figures.hits / picks) : '–' },
        ]}
      />
      <RoutedText key={answer.id} answerId={answer.id} colors={colors} />
    </section>
  );
}
