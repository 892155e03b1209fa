import { useEffect, useRef } from 'react';
import { layersCsv, loadCsv, togetherCsv } from '../../analysis/csv';
import { perplexityOf } from '../../analysis/perplexity';
import { useWords } from '../i18n/use-words';
import { closeDialog } from '../lib/dialogs';
import { downloadText, fileNameOf } from '../lib/download';
import { openPruning } from '../pruning/open';
import type { AnalysisResult } from './analysis-state';
import { BalanceView } from './balance-view';
import { LoadView } from './load-view';
import { type MeasuredDomain, measuredDomains } from './measured-domains';
import { ANALYSIS_DIALOG } from './open';
import { RepetitionView } from './repetition-view';
import { Tabs } from './tabs';
import { TogetherView } from './together-view';

/** Below so many tokens a text says little. */
const FEW_TOKENS = 300;

const VIEWS = { load: LoadView, repetition: RepetitionView, together: TogetherView, balance: BalanceView };

/** What came of the texts: in views, and as files. */
export function Results({ result }: { result: AnalysisResult }) {
  const { analysis: words } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const domains = measuredDomains(result);
  useEffect(() => {
    if (result) heading.current?.focus();
  }, [result]);
  return (
    <section className="analysis-results" aria-labelledby="analysis-results">
      <h3 id="analysis-results" ref={heading} tabIndex={-1}>
        {words.results(result.model.name)}
      </h3>
      <Summary result={result} />
      <Downloads result={result} />
      <Tabs
        label={words.view}
        tabs={(['load', 'repetition', 'together', 'balance'] as const).map((view) => ({
          name: words.views[view],
          draw: () => drawn(view, result, domains),
        }))}
      />
    </section>
  );
}

function drawn(view: keyof typeof VIEWS, result: AnalysisResult, domains: readonly MeasuredDomain[]) {
  const View = VIEWS[view];
  return <View result={result} domains={domains} />;
}

function Summary({ result: { domains, model, approximate, wantedTokens } }: { result: AnalysisResult }) {
  const { analysis: words } = useWords();
  const tokens = domains.reduce((sum, { counts }) => sum + counts.tokens, 0);
  const few = domains.some(({ counts }) => counts.tokens < FEW_TOKENS);
  return (
    <>
      <p>{words.summary(domains.length, tokens.toLocaleString(), model.layers, model.experts)}</p>
      {tokens < wantedTokens && (
        <p className="warning">{words.stopped(tokens.toLocaleString(), wantedTokens.toLocaleString())}</p>
      )}
      {approximate && <p className="warning">{words.approximate}</p>}
      <ul className="domain-chips">
        {domains.map(({ name, counts, surprise }) => (
          <li key={name}>
            <strong>{name}</strong> {words.mostOption(counts.tokens.toLocaleString())},{' '}
            {words.perplexity(perplexityOf(surprise)?.toFixed(1) ?? '–')}
          </li>
        ))}
      </ul>
      {few && <p className="muted">{words.few}</p>}
    </>
  );
}

function Downloads({ result: { domains, model } }: { result: AnalysisResult }) {
  const { analysis: words } = useWords();
  const name = (what: string, extension: string) => fileNameOf(`${model.name} ${what}`, extension);
  const traces = domains.flatMap(({ trace }) => trace);
  const prune = () => {
    closeDialog(ANALYSIS_DIALOG);
    openPruning();
  };
  const files = [
    { label: words.saveTrace, save: () => downloadText(name('routing', 'ndjson'), 'application/x-ndjson', ...traces) },
    { label: words.saveLoad, save: () => downloadText(name('load', 'csv'), 'text/csv', loadCsv(domains)) },
    { label: words.saveLayers, save: () => downloadText(name('layers', 'csv'), 'text/csv', layersCsv(domains)) },
    { label: words.saveTogether, save: () => downloadText(name('pairs', 'csv'), 'text/csv', togetherCsv(domains)) },
  ];
  return (
    <div className="analysis-downloads">
      <fieldset className="model-actions" aria-label={words.download}>
        {files.map(({ label, save }) => (
          <button key={label} type="button" className="button button-outline" onClick={save}>
            {label}
          </button>
        ))}
      </fieldset>
      <button type="button" className="button button-primary" aria-haspopup="dialog" onClick={prune}>
        {words.prune}
      </button>
    </div>
  );
}
