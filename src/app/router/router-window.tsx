import { useState } from 'react';
import type { ModelInfo } from '../../protocol/engine';
import { useWords } from '../i18n/use-words';
import '../styles/analysis.css';
import '../styles/router.css';
import { ExpertMap } from './expert-map';
import { openCompare } from './open';
import { TimelineView } from './timeline-view';
import { TokenColorFields } from './token-color-fields';

/** Map of the experts, how paging went over time, and what to do with the routes of answers. */
export function RouterWindow({ info: { layers, experts, topK } }: { info: ModelInfo }) {
  const { router: words } = useWords();
  const [isWide, setWide] = useState(false);
  return (
    <section className="panel-section router-window" data-wide={isWide} aria-labelledby="router-title">
      <div className="router-head">
        <h2 id="router-title">{words.title}</h2>
        <button
          type="button"
          className="button button-quiet only-wide"
          aria-pressed={isWide}
          onClick={() => setWide(!isWide)}
        >
          {words.wide}
        </button>
      </div>
      <ExpertMap {...{ layers, experts, topK }} />
      <TimelineView />
      <TokenColorFields {...{ layers, experts, topK }} />
      <button type="button" className="button button-outline" onClick={() => openCompare()}>
        {words.compare}
      </button>
    </section>
  );
}
