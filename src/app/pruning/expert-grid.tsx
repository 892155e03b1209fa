import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import type { Choice, ChoiceActions } from './use-choice';

const STEPS: Record<string, [layer: number, expert: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** All experts by layer as switches. One is in the tab order; arrow keys go to the others. */
export function ExpertGrid({ choice, keep }: { choice: Choice & ChoiceActions; keep: number }) {
  const { pruning: words } = useWords();
  const caption = useId();
  const table = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState({ layer: 0, expert: 0 });
  const experts = choice.shares[0]?.length ?? 0;
  const go = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const layer = Math.min(choice.shares.length - 1, Math.max(0, current.layer + step[0]));
    const expert = Math.min(experts - 1, Math.max(0, current.expert + step[1]));
    setCurrent({ layer, expert });
    table.current?.querySelector<HTMLElement>(`[data-at="${layer} ${expert}"]`)?.focus();
  };
  return (
    <div className="table-room expert-room">
      <table ref={table} className="expert-switches">
        <caption id={caption}>{words.grid}</caption>
        <thead>
          <tr>
            <th scope="col">{words.layer}</th>
            {Array.from({ length: experts }, (_, expert) => String(expert)).map((expert) => (
              <th key={expert} scope="col">
                {expert}
              </th>
            ))}
            <th scope="col">{words.kept}</th>
          </tr>
        </thead>
        <tbody>
          {choice.shares.map((shares, layer) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its number
            <tr key={layer}>
              <th scope="row">{layer}</th>
              {shares.map((share, expert) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an expert is its number
                <td key={expert}>
                  <button
                    type="button"
                    className="expert-switch"
                    data-at={`${layer} ${expert}`}
                    aria-pressed={choice.kept[layer]?.includes(expert) === true}
                    aria-label={words.cell(layer, expert, Math.round(share * 100))}
                    tabIndex={layer === current.layer && expert === current.expert ? 0 : -1}
                    onClick={() => {
                      setCurrent({ layer, expert });
                      choice.toggle(layer, expert);
                    }}
                    onKeyDown={go}
                  >
                    {Math.round(share * 100)}
                  </button>
                </td>
              ))}
              <td className="expert-count">
                <Count kept={choice.kept[layer]?.length ?? 0} keep={keep} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Count({ kept, keep }: { kept: number; keep: number }) {
  const { pruning: words } = useWords();
  if (kept === keep) return kept;
  return <strong>{kept < keep ? words.missing(keep - kept) : words.tooMany(kept - keep)}</strong>;
}
