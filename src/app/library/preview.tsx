import { useEffect, useId, useRef } from 'react';
import type { ImportPreview } from '../../protocol/library';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import type { Draft } from '../state/library';
import { ExpectedHere } from './expected-here';
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
  const { models: words } = useWords();
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
        {factsOf(words, preview).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <ExpectedHere preview={preview} />
      </dl>
      <Warnings texts={[roomWarning(words, preview), speedWarning(words, preview)]} />
      <div className="model-actions">
        {here?.status === 'complete' ? (
          <>
            <p>{words.preview.isHere}</p>
            <UseButton id={here.id} name={here.name} />
          </>
        ) : (
          <button type="button" className="button button-primary" disabled={busy} onClick={() => void start()}>
            {importLabel(words, draft, preview)}
          </button>
        )}
        <button type="button" className="button button-outline" onClick={() => models.chooseAgain()}>
          {words.preview.another}
        </button>
      </div>
    </div>
  );
}

function importLabel(words: Words['models'], { stage }: Draft, { committedBytes }: ImportPreview): string {
  if (stage === 'starting') return words.starting;
  return committedBytes > 0 ? words.preview.goOnImporting : words.preview.import;
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
  const { preview: words } = useWords().models;
  const id = useId();
  const chosen = draft.source && 'file' in draft.source ? draft.source.file : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{words.several}</label>
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

function ChooseFormat({ draft, disabled }: { draft: Draft; disabled: boolean }) {
  const models = useModels();
  const { preview: words } = useWords().models;
  const name = useId();
  const formats = [
    { format: 'q4', label: words.q4, hint: words.q4Hint },
    { format: 'q8', label: words.q8, hint: words.q8Hint },
  ] as const;
  return (
    <fieldset className="choice" disabled={disabled}>
      <legend>{words.keepAs}</legend>
      {formats.map(({ format, label, hint }) => (
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
