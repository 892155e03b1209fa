import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { DEFAULT_SETTINGS, SETTING_RANGES } from '../state/settings';
import { IntegerField } from './integer-field';
import { NewSystemField } from './new-system-field';
import { PresetField } from './preset-field';
import { ModelsField, SamplingField } from './sampling-field';

const ADVANCED = ['topK', 'minP', 'typicalP', 'repetitionPenalty', 'frequencyPenalty', 'presencePenalty'] as const;

/** How answers are made, from the next one on. */
export function AnswersSection() {
  const words = useWords().settings;
  const session = useSession();
  const { maxTokens, seed } = useAppState((state) => state.settings);
  const contextLength = useAppState((state) => state.model.info?.contextLength);
  return (
    <section className="settings-section" aria-labelledby="settings-answers">
      <h3 id="settings-answers">{words.answers}</h3>
      <p className="muted">{words.answersHint}</p>
      <div className="fields">
        <PresetField />
        <ModelsField field="temperature" />
        <ModelsField field="topP" />
        <details className="settings-more">
          <summary>{words.more}</summary>
          <div className="fields">
            {ADVANCED.map((field) => (
              <SamplingField key={field} field={field} />
            ))}
          </div>
        </details>
        <IntegerField
          label={words.maxTokens.label}
          hint={contextLength === undefined ? '' : words.maxTokens.hint(contextLength)}
          range={SETTING_RANGES.maxTokens}
          value={maxTokens}
          onChange={(value) => session.changeSettings({ maxTokens: value ?? DEFAULT_SETTINGS.maxTokens })}
        />
        <IntegerField
          label={words.seed.label}
          hint={words.seed.hint}
          placeholder={words.seed.random}
          range={SETTING_RANGES.seed}
          value={seed}
          onChange={(value) => session.changeSettings({ seed: value })}
        />
        <NewSystemField />
      </div>
    </section>
  );
}
