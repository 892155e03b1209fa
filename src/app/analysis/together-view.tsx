import { useState } from 'react';
import { useWords } from '../i18n/use-words';
import type { AnalysisResult } from './analysis-state';
import { ChoiceField, LayerField } from './choice-field';
import { allTogether, type MeasuredDomain, percent, percentFigure } from './measured-domains';
import { HeatTable } from './plots/heat-table';

/** Which experts read the same tokens: a matrix of pairs, of one text and layer. */
export function TogetherView({ result, domains }: { result: AnalysisResult; domains: readonly MeasuredDomain[] }) {
  const { analysis: words } = useWords();
  const [layer, setLayer] = useState(0);
  const [chosen, setChosen] = useState(0);
  const { experts, layers, topK } = result.model;
  const all = allTogether(result, words.all);
  const choices = all ? [all, ...domains] : domains;
  const domain = choices[chosen] ?? choices[0];
  const together = domain?.layers[layer]?.together;
  if (topK < 2) return <p className="muted">{words.onePick}</p>;
  if (!domain || !together) return null;
  const random = (topK * (topK - 1)) / (experts * (experts - 1));
  const best = mostTogether(together);
  const columns = Array.from({ length: experts }, (_, n) => String(n));
  return (
    <>
      <p className="muted">{words.togetherIntro(percent(random))}</p>
      <div className="plot-controls">
        <ChoiceField
          label={words.domain}
          options={choices.map(({ name }, value) => ({ value, name }))}
          value={chosen}
          onChange={setChosen}
        />
        <LayerField label={words.layer} layers={layers} value={layer} onChange={setLayer} />
      </div>
      <HeatTable
        caption={words.togetherTable(domain.name, layer)}
        corner={words.expert}
        columns={columns}
        rows={together.map((row, n) => ({ label: String(n), values: row }))}
        format={percentFigure}
        // The diagonal, of single experts, would take the colour from the pairs.
        max={Math.max(...together.flatMap((row, a) => row.filter((_, b) => a !== b)))}
      />
      {best && <p>{words.mostTogether(best.a, best.b, percent(best.share))}</p>}
    </>
  );
}

/** The pair that reads the most tokens together. */
function mostTogether(together: readonly (readonly number[])[]): { a: number; b: number; share: number } | null {
  let best: { a: number; b: number; share: number } | null = null;
  for (const [a, row] of together.entries()) {
    for (const [b, share] of row.entries()) if (b > a && share > (best?.share ?? 0)) best = { a, b, share };
  }
  return best;
}
