import { randomRepetition } from '../../analysis/measures';
import { PAPER_LAYERS, PAPER_REPETITION, paperLayersOf } from '../../analysis/mixtral-paper';
import { useWords } from '../i18n/use-words';
import type { AnalysisResult } from './analysis-state';
import { type MeasuredDomain, percent, percentFigure } from './measured-domains';
import { Figures, FigureTable } from './plots/figure-table';
import { LinePlot } from './plots/line-plot';

/** How often neighbours share an expert, by layer, and beside the paper's figures. */
export function RepetitionView({ result, domains }: { result: AnalysisResult; domains: readonly MeasuredDomain[] }) {
  const { analysis: words } = useWords();
  const { layers, experts, topK } = result.model;
  const random = randomRepetition(experts, topK);
  const plots = [
    { title: words.repeatedFirst, key: 'repeatedFirst', expected: random.first },
    { title: words.repeatedAny, key: 'repeatedAny', expected: random.any },
  ] as const;
  return (
    <>
      <p className="muted">{words.repetitionIntro(percent(random.first), percent(random.any))}</p>
      <div className="plot-pair">
        {plots.map(({ title, key, expected }) => (
          <section key={key} aria-label={title}>
            <h4>{title}</h4>
            <LinePlot
              label={title}
              axis={words.layer}
              places={layers}
              series={domains.map((of) => ({ name: of.name, values: of.layers.map((layer) => layer[key]) }))}
              reference={{ label: `${words.random}: ${percent(expected)}`, value: expected }}
              format={(share) => `${Math.round(share * 100)}%`}
            />
            <FigureTable
              summary={words.asTable}
              caption={`${title}: ${words.percent}`}
              corner={words.layer}
              columns={domains.map(({ name }) => name)}
              rows={Array.from({ length: layers }, (_, n) => ({
                label: String(n),
                cells: domains.map((of) => shown(of.layers[n]?.[key])),
              }))}
            />
          </section>
        ))}
      </div>
      <Beside layers={layers} domains={domains} />
    </>
  );
}

/** Your texts at the first, middle and last layer, over the paper's table. */
function Beside({ layers, domains }: { layers: number; domains: readonly MeasuredDomain[] }) {
  const { analysis: words } = useWords();
  const mine = paperLayersOf(layers);
  const columns = (at: readonly number[]) =>
    [words.repeatedFirst, words.repeatedAny].flatMap((title) => at.map((layer) => `${title}, ${words.layerN(layer)}`));
  const keys = ['repeatedFirst', 'repeatedAny'] as const;
  return (
    <section className="beside" aria-labelledby="beside-paper">
      <h4 id="beside-paper">{words.beside}</h4>
      <p className="muted">{words.besideIntro}</p>
      <Figures
        caption={words.yours}
        corner={words.domain}
        columns={columns(mine)}
        rows={domains.map(({ name, layers }) => ({
          label: name,
          cells: keys.flatMap((key) => mine.map((layer) => shown(layers[layer]?.[key]))),
        }))}
      />
      <Figures
        caption={words.paper}
        corner={words.domain}
        columns={columns(PAPER_LAYERS)}
        rows={PAPER_REPETITION.map(({ domain, first, any }) => ({
          label: domain,
          cells: [...first, ...any].map((figure) => figure.toFixed(1)),
        }))}
      />
    </section>
  );
}

const shown = (share: number | null | undefined): string => (share == null ? '–' : percentFigure(share));
