import { useEffect, useId, useRef } from 'react';
import type { ImportPreview } from '../../protocol/library';
import type { Draft } from '../state/library';
import { useEntry, useModels } from './library-context';
import { UseButton } from './use-button';
import { factsOf, hasFloats, roomWarning, speedWarning } from './words';

export interface PreviewProps {
  draft: Draft;
  preview: ImportPreview;
  onStarted(): void;
}

/** What a source holds and what it takes, before any of its weights come. */
export function Preview({ draft, preview, onStarted }: PreviewProps) {
  const models = useModels();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const busy = draft.stage !== 'looked';
  const here = useEntry(preview.id);
  const start = async () => {
    if (await models.startImport()) onStarted();
  };
  return (
    <div className="fields" aria-busy={busy}>
      <h3 ref={heading} tabIndex={-1} className="preview-name">
        {preview.name}
      </h3>
      {draft.choices.length > 1 && <ChooseFile draft={draft} disabled={busy} />}
      {hasFloats(preview) && <ChooseFormat draft={draft} disabled={busy} />}
      <dl className="facts">
        {factsOf(preview).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Warnings texts={[roomWarning(preview), speedWarning(preview)]} />
      <div className="model-actions">
        {here?.status === 'complete' ? (
          <>
            <p>It is here already.</p>
            <UseButton id={here.id} name={here.name} />
          </>
        ) : (
          <button type="button" className="button button-primary" disabled={busy} onClick={() => void start()}>
            {draft.stage === 'starting' ? 'Starting' : preview.committedBytes > 0 ? 'Go on importing' : 'Import'}
          </button>
        )}
        <button type="button" className="button button-outline" onClick={() => models.chooseAgain()}>
          Choose another
        </button>
      </div>
    </div>
  );
}

function Warnings({ texts }: { texts: (string | null)[] }) {
  const said = texts.filter((text) => text !== null);
  if (said.length === 0) return null;
  return (
    <div className="warnings">
      {said.map((text) => (
        <p key={text} className="warning">
          {text}
        </p>
      ))}
    </div>
  );
}

function ChooseFile({ draft, disabled }: { draft: Draft; disabled: boolean }) {
  const models = useModels();
  const id = useId();
  const chosen = draft.source && 'file' in draft.source ? draft.source.file : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>It has several models</label>
      <select
        id={id}
        disabled={disabled}
        value={chosen ?? draft.choices[0]}
        onChange={(event) => void models.choose(event.target.value)}
      >
        {draft.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </div>
  );
}

const FORMATS = [
  { format: 'q4', label: '4 bits', hint: 'half the size; right for most' },
  { format: 'q8', label: '8 bits', hint: 'closest to the original' },
] as const;

function ChooseFormat({ draft, disabled }: { draft: Draft; disabled: boolean }) {
  const models = useModels();
  const name = useId();
  return (
    <fieldset className="choice" disabled={disabled}>
      <legend>Its weights are not quantized. Keep them as</legend>
      {FORMATS.map(({ format, label, hint }) => (
        <label key={format}>
          <input
            type="radio"
            name={name}
            checked={draft.format === format}
            onChange={() => void models.setFormat(format)}
          />
          {label} <span className="muted">{hint}</span>
        </label>
      ))}
    </fieldset>
  );
}
