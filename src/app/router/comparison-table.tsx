import { formatPercent } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import type { LayerComparison } from './comparison';

/** Layer by layer how alike two routes are, and what share of the picks each expert has in the one and the other. */
export function ComparisonTable({ layers }: { layers: readonly LayerComparison[] }) {
  const { router: words } = useWords();
  const experts = layers[0]?.a.length ?? 0;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="table-room" aria-label={words.difference} tabIndex={0}>
      <table className="comparison">
        <caption>{words.comparisonCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.layerColumn}</th>
            <th scope="col">{words.overlap}</th>
            <th scope="col">{words.divergence}</th>
            {Array.from({ length: experts }, (_, expert) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an expert is its index
              <th key={expert} scope="col">
                {words.expertN(expert)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map(({ a, b, overlap, divergence }, layer) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
            <tr key={layer}>
              <th scope="row">{layer}</th>
              <td>{formatPercent(overlap)}</td>
              <td>{divergence.toFixed(3)}</td>
              {a.map((share, expert) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an expert is its index
                <td key={expert} className="share-pair">
                  <Share name="A" share={share} />
                  <Share name="B" share={b[expert] ?? 0} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Share({ name, share }: { name: string; share: number }) {
  return (
    <span className="share" data-side={name} style={{ '--share': share }}>
      <span className="sr-only">{name} </span>
      {Math.round(share * 100)}
    </span>
  );
}
