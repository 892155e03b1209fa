import { useState } from 'react';
import { useWords } from '../i18n/use-words';
import type { AnalysisResult } from './analysis-state';
import { ChoiceField } from './choice-field';
import type { MeasuredDomain } from './measured-domains';
import { FigureTable } from './plots/figure-table';
import { LinePlot } from './plots/line-plot';

const MEASURES = ['entropyBits', 'maxOverMean', 'variation'] as const;

/** How evenly the picks are spread over a layer's experts. */
export function BalanceView({ result, domains }: { result: AnalysisResult; domains: readonly MeasuredDomain[] }) {
  const { analysis: words } = useWords();
  const [chosen, setChosen] = useState(0);
  const { layers, experts } = result.model;
  const measure = MEASURES[chosen] ?? 'entropyBits';
  const even = { entropyBits: Math.log2(experts), maxOverMean: 1, variation: 0 }[measure];
  return (
    <>
      <p className="muted">
        {words.balanceIntro} {words.measureHints[measure](short(Math.log2(experts)))}
      </p>
      <div className="plot-controls">
        <ChoiceField
          label={words.measure}
          options={MEASURES.map((of, value) => ({ value, name: words.measures[of] }))}
          value={chosen}
          onChange={setChosen}
        />
      </div>
      <LinePlot
        label={words.measures[measure]}
        axis={words.layer}
        places={layers}
        series={domains.map((of) => ({ name: of.name, values: of.layers.map((layer) => layer[measure]) }))}
        reference={{ label: `${words.evenly}: ${short(even)}`, value: even }}
        format={short}
      />
      <FigureTable
        summary={words.asTable}
        caption={words.measures[measure]}
        corner={words.layer}
        columns={domains.map(({ name }) => name)}
        rows={Array.from({ length: layers }, (_, n) => ({
          label: String(n),
          cells: domains.map((of) => (of.layers[n]?.[measure] ?? 0).toFixed(3)),
        }))}
      />
    </>
  );
}

const short = (value: number): string => String(Number(value.toFixed(2)));
