import { useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import type { AnalysisResult } from './analysis-state';
import { LayerField } from './choice-field';
import { type MeasuredDomain, percentFigure } from './measured-domains';
import { BarPlot } from './plots/bar-plot';
import { HeatTable } from './plots/heat-table';

const SHARES = { first: 'firstShares', picks: 'pickShares' } as const;

/** Which experts read which texts: bars of one layer, and a heat map of all layers for each text. */
export function LoadView({ result, domains }: { result: AnalysisResult; domains: readonly MeasuredDomain[] }) {
  const { analysis: words } = useWords();
  const group = useId();
  const [layer, setLayer] = useState(0);
  const [choice, setChoice] = useState<keyof typeof SHARES>('picks');
  const { experts, layers } = result.model;
  const key = SHARES[choice];
  const columns = Array.from({ length: experts }, (_, n) => String(n));
  const most = Math.max(...domains.flatMap((domain) => domain.layers.flatMap((of) => of[key])));
  return (
    <>
      <p className="muted">{words.loadIntro}</p>
      <div className="plot-controls">
        <LayerField label={words.layer} layers={layers} value={layer} onChange={setLayer} />
        <fieldset className="choice-row">
          <legend>{words.choice}</legend>
          {(['picks', 'first'] as const).map((of) => (
            <label key={of}>
              <input type="radio" name={group} checked={choice === of} onChange={() => setChoice(of)} />
              {words.choices[of]}
            </label>
          ))}
        </fieldset>
      </div>
      <BarPlot
        label={words.loadPlot(layer)}
        axis={words.expert}
        places={experts}
        series={domains.map(({ name, layers }) => ({ name, values: layers[layer]?.[key] ?? [] }))}
        reference={{ label: `${words.random}: ${percentFigure(1 / experts)}%`, value: 1 / experts }}
        format={(share) => `${Math.round(share * 100)}%`}
      />
      <div className="heat-maps">
        {domains.map(({ name, layers }) => (
          <HeatTable
            key={name}
            caption={words.loadTable(name)}
            corner={words.layer}
            columns={columns}
            rows={layers.map((of, n) => ({ label: String(n), values: of[key] }))}
            format={(share) => String(Math.round(share * 100))}
            max={most}
          />
        ))}
      </div>
    </>
  );
}
