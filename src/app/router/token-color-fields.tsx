import { useEffect } from 'react';
import { ChoiceField } from '../analysis/choice-field';
import { useWords } from '../i18n/use-words';
import type { ExpertMapProps } from './expert-map';
import { ExpertSwatch } from './expert-swatch';
import { setTokenColors, useTokenColors } from './token-colors';

const OFF = -1;

/** Whether answers show by which experts their tokens went, and the legend to that. */
export function TokenColorFields({ layers, experts, topK }: ExpertMapProps) {
  const { router: words } = useWords();
  const colors = useTokenColors();
  // Another model may have fewer layers.
  const fits = colors !== null && colors.layer < layers && colors.choice < topK;
  useEffect(() => {
    if (colors && !fits) setTokenColors(null);
  }, [colors, fits]);
  const options = Array.from({ length: layers }, (_, n) => ({ value: n, name: words.layer(n) }));
  return (
    <div className="token-color-fields">
      <div className="router-fields">
        <ChoiceField
          label={words.colorBy}
          options={[{ value: OFF, name: words.off }, ...options]}
          value={colors?.layer ?? OFF}
          onChange={(layer) => setTokenColors(layer === OFF ? null : { layer, choice: colors?.choice ?? 0 })}
        />
        {colors && topK > 1 && (
          <ChoiceField
            label={words.choice}
            options={Array.from({ length: topK }, (_, k) => ({ value: k, name: words.choiceN(k) }))}
            value={colors.choice}
            onChange={(choice) => setTokenColors({ ...colors, choice })}
          />
        )}
      </div>
      {colors && (
        <>
          <ul className="expert-swatches" aria-label={words.swatches}>
            {Array.from({ length: experts }, (_, expert) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an expert is its index
              <li key={expert}>
                <ExpertSwatch expert={expert} />
              </li>
            ))}
          </ul>
          <p className="muted">{words.colorHint}</p>
        </>
      )}
    </div>
  );
}
