import { useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { chosenPreset, isBuiltIn, removePreset, savePreset, withNamed } from '../state/presets';
import { samplingOf } from '../state/sampling';
import { NameForm } from './name-form';
import { PresetSelect } from './preset-select';

/** All sampling at once, by name: chosen, saved, renamed and removed. */
export function PresetField() {
  const words = useWords().settings.preset;
  const session = useSession();
  const settings = useAppState((state) => state.settings);
  const { id, own, changed } = chosenPreset(settings);
  const [naming, setNaming] = useState<'new' | 'own' | null>(null);
  const fieldId = useId();

  // Buttons come and go with what is done: the list is what stays.
  const done = () => {
    setNaming(null);
    document.getElementById(fieldId)?.focus();
  };
  const save = (name: string) => {
    session.changeSettings(savePreset(settings, name, crypto.randomUUID()));
    session.announce(words.saved(name));
    done();
  };
  const put = (change: { name?: string; sampling?: ReturnType<typeof samplingOf> }) => {
    if (!own) return;
    session.changeSettings({ presets: withNamed(settings.presets, { ...own, ...change }) });
    session.announce(words.saved(change.name ?? own.name));
    done();
  };
  const remove = () => {
    if (!own) return;
    session.changeSettings(removePreset(settings, own.id));
    session.announce(words.removed(own.name));
    done();
  };

  return (
    <div className="field">
      <label htmlFor={fieldId}>{words.label}</label>
      <PresetSelect id={fieldId} />
      <p className="muted">{isBuiltIn(id) ? words.hints[id] : words.hints.own}</p>
      {naming === 'new' && <NameForm label={words.name} name="" onSave={save} onCancel={done} />}
      {naming === 'own' && own && (
        <NameForm label={words.name} name={own.name} onSave={(name) => put({ name })} onCancel={done} />
      )}
      {naming === null && (changed || own) && (
        <p className="field-actions">
          {changed && (
            <button type="button" className="button button-outline" onClick={() => setNaming('new')}>
              {words.saveAs}
            </button>
          )}
          {changed && own && (
            <button type="button" className="button" onClick={() => put({ sampling: samplingOf(settings) })}>
              {words.saveChanges}
            </button>
          )}
          {own && (
            <>
              <button type="button" className="button" onClick={() => setNaming('own')}>
                {words.rename}
              </button>
              <button type="button" className="button" onClick={remove}>
                {words.remove}
              </button>
            </>
          )}
        </p>
      )}
    </div>
  );
}
