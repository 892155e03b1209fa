import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { BUILT_IN_IDS, chosenPreset, isBuiltIn, withPreset } from '../state/presets';

/** Stands for values that were changed by hand, so that the preset itself can be chosen again. */
const CHANGED = '';

/** The label is around it, or `aria-label`. */
export function PresetSelect(props: { id?: string; className?: string; 'aria-label'?: string }) {
  const words = useWords().settings.preset;
  const session = useSession();
  const settings = useAppState((state) => state.settings);
  const { id, own, changed } = chosenPreset(settings);
  const name = own?.name ?? words.names[isBuiltIn(id) ? id : 'model'];
  return (
    <select
      {...props}
      value={changed ? CHANGED : id}
      onChange={(event) => session.changeSettings(withPreset(settings, event.target.value))}
    >
      {changed && <option value={CHANGED}>{words.changed(name)}</option>}
      <optgroup label={words.builtIn}>
        {BUILT_IN_IDS.map((builtIn) => (
          <option key={builtIn} value={builtIn}>
            {words.names[builtIn]}
          </option>
        ))}
      </optgroup>
      {settings.presets.length > 0 && (
        <optgroup label={words.own}>
          {settings.presets.map((preset) => (
            <option key={preset.id} value={preset.id}>
              {preset.name}
            </option>
          ))}
        </optgroup>
      )}
    </select>
  );
}
