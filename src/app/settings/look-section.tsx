import { useId } from 'react';
import { LanguageField } from '../i18n/language-field';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { THEMES } from '../state/look';

/** How the page looks and speaks. */
export function LookSection() {
  const words = useWords().settings;
  const session = useSession();
  const theme = useAppState((state) => state.settings.theme);
  const id = useId();
  return (
    <section className="settings-section" aria-labelledby="settings-look">
      <h3 id="settings-look">{words.look}</h3>
      <div className="fields">
        <div className="field">
          <label htmlFor={id}>{words.theme}</label>
          <select
            id={id}
            value={theme}
            onChange={(event) =>
              session.changeSettings({ theme: THEMES.find((known) => known === event.target.value) ?? 'auto' })
            }
          >
            {THEMES.map((known) => (
              <option key={known} value={known}>
                {words.themes[known]}
              </option>
            ))}
          </select>
        </div>
        <LanguageField />
      </div>
    </section>
  );
}
