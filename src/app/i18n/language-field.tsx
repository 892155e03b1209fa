import { useId } from 'react';
import { useAppState, useSession } from '../session-context';
import { LANGUAGE_NAMES, LANGUAGES } from './language';
import { useWords } from './use-words';

/** The language of the page, each by its own name. */
export function LanguageField() {
  const words = useWords().app;
  const session = useSession();
  const language = useAppState((state) => state.settings.language);
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{words.language}</label>
      <select
        id={id}
        value={language}
        onChange={({ target }) =>
          session.changeSettings({ language: LANGUAGES.find((known) => known === target.value) ?? 'auto' })
        }
      >
        <option value="auto">{words.languageAuto}</option>
        {LANGUAGES.map((known) => (
          <option key={known} value={known} lang={known}>
            {LANGUAGE_NAMES[known]}
          </option>
        ))}
      </select>
    </div>
  );
}
