import { useId, useState } from 'react';
import type { ModelEntry } from '../../protocol/library';
import { formatBytes } from '../../ui/format';
import type { AnalysisResult } from '../analysis/analysis-state';
import { useWords } from '../i18n/use-words';
import { openAddDialog } from '../library/add-dialog';
import { ImportProgressBar } from '../library/import-progress';
import { useLibrary, useModels } from '../library/library-context';
import { openModels } from '../library/models-dialog';
import { UseButton } from '../library/use-button';
import { FigureList } from '../memory/figure-list';
import { useAppState } from '../session-context';
import type { Choice } from './use-choice';

/** What the smaller model takes, and the way to keep it. */
export function KeepSection({ result, choice, ready }: { result: AnalysisResult; choice: Choice; ready: boolean }) {
  const { pruning: words } = useWords();
  const models = useModels();
  const id = useId();
  const { model } = result;
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? words.nameOf(model.name, choice.keep, model.experts);
  const keep = () => {
    openAddDialog();
    void models.look({ kind: 'pruned', of: model.id, keep: choice.kept, name: name.trim() });
  };
  return (
    <section className="pruning-part" aria-labelledby={`${id}-keep`}>
      <h3 id={`${id}-keep`}>{words.keepAs}</h3>
      {ready && <Saved result={result} keep={choice.keep} />}
      <div className="run-bar">
        <div className="choice-field pruning-name">
          <label htmlFor={`${id}-name`}>{words.name}</label>
          <input
            id={`${id}-name`}
            type="text"
            autoComplete="off"
            maxLength={80}
            value={name}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <button
          type="button"
          className="button button-primary"
          aria-haspopup="dialog"
          disabled={!choice.isWhole || name.trim() === ''}
          onClick={keep}
        >
          {words.keepIt}
        </button>
      </div>
      <p className="muted">{words.keepHint2}</p>
      <Kept of={model.name} />
    </section>
  );
}

/** Before and after, from what is loaded: each expert that is left out saves its record and its slot. */
function Saved({ result, keep }: { result: AnalysisResult; keep: number }) {
  const { pruning: words } = useWords();
  const { info, budget } = useAppState((state) => state.model);
  if (!info || !budget) return null;
  const { layers, experts, expertBytes } = result.model;
  const gone = layers * (experts - keep);
  const figure = (label: string, before: number, each: number) => ({
    label,
    value: words.fromTo(formatBytes(before), formatBytes(Math.max(0, before - gone * each))),
  });
  return (
    <FigureList
      figures={[
        figure(words.stored, info.packBytes, expertBytes),
        figure(words.memory, budget.mostBytes, budget.slotBytes),
      ]}
    />
  );
}

/** The models that were pruned from this one: how far their import is, and their use. */
function Kept({ of }: { of: string }) {
  const { pruning: words } = useWords();
  const models = useLibrary((state) => state.models);
  const kept = models?.filter(({ pruned }) => pruned?.of === of) ?? [];
  if (kept.length === 0) return null;
  return (
    <div className="pruning-kept">
      <h4>{words.keptModels}</h4>
      <ul className="models">
        {kept.map((entry) => (
          <KeptModel key={entry.id} entry={entry} />
        ))}
      </ul>
    </div>
  );
}

function KeptModel({ entry }: { entry: ModelEntry }) {
  const { pruning: words } = useWords();
  const { id, name, status, pruned, packBytes } = entry;
  return (
    <li className="model">
      <div className="model-head">
        <strong>{name}</strong>
        {status === 'complete' ? (
          <UseButton id={id} name={name} />
        ) : (
          <button type="button" className="button button-outline" aria-haspopup="dialog" onClick={openModels}>
            {words.show}
          </button>
        )}
      </div>
      {pruned && <p className="muted">{words.keptOf(pruned.kept, pruned.experts, formatBytes(packBytes))}</p>}
      {status === 'importing' && <ImportProgressBar entry={entry} />}
    </li>
  );
}
