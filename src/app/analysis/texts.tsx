import { type DragEvent, useRef, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { PlusIcon } from '../icons';
import { MOST_DOMAINS } from './analysis-state';
import { EXAMPLE_TEXTS } from './example-texts';
import { TextCard } from './text-card';
import { useAnalysis, useAnalysisState } from './use-analysis';

/** The texts to read, by kind: pasted, typed, dropped or chosen. */
export function Texts() {
  const { analysis: words } = useWords();
  const analysis = useAnalysis();
  const domains = useAnalysisState((state) => state.domains);
  const busy = useAnalysisState((state) => state.progress !== null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const full = domains.length >= MOST_DOMAINS;

  // What is dropped here is a text; elsewhere on the page a dropped file is looked at as a model.
  const mine = (act: (event: DragEvent) => void) => (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    act(event);
  };
  const drop = mine((event) => {
    setOver(false);
    if (!busy) void analysis.addFiles([...event.dataTransfer.files]);
  });
  const example = () =>
    analysis.addTexts(
      (['stories', 'scene', 'sums'] as const).map((of) => ({ name: words.exampleNames[of], text: EXAMPLE_TEXTS[of] })),
    );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop files on; a button does the same
    <div
      className="texts"
      data-over={over}
      onDragEnter={mine(() => setOver(true))}
      onDragOver={mine(() => setOver(true))}
      onDragLeave={mine(() => setOver(false))}
      onDrop={drop}
    >
      <ul className="text-cards">
        {domains.map((domain, n) => (
          <TextCard key={domain.id} domain={domain} number={n + 1} removable={domains.length > 1} disabled={busy} />
        ))}
      </ul>
      <div className="model-actions">
        <button type="button" className="button button-outline" disabled={busy || full} onClick={() => analysis.add()}>
          <PlusIcon /> {words.add}
        </button>
        <button
          type="button"
          className="button button-outline"
          disabled={busy || full}
          onClick={() => picker.current?.click()}
        >
          {words.files}
        </button>
        <button type="button" className="button button-outline" disabled={busy || full} onClick={example}>
          {words.example}
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={words.files}
          onChange={({ currentTarget }) => {
            void analysis.addFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
      </div>
      <p className="muted">{words.drop}</p>
    </div>
  );
}
