import { Dialog, openDialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';
import { DEFAULT_SETTINGS, SETTING_RANGES } from '../state/settings';
import { IntegerField } from './integer-field';
import { RangeField } from './range-field';

const DIALOG_ID = 'settings';

export function openSettings(): void {
  openDialog(DIALOG_ID);
}

/** Sampling settings; each change holds at once and from the next answer on. */
export function SettingsDialog() {
  const session = useSession();
  const settings = useAppState((state) => state.settings);
  const info = useAppState((state) => state.model.info);
  const temperature = settings.temperature ?? info?.defaults.temperature ?? 1;
  const topP = settings.topP ?? info?.defaults.topP ?? 1;
  const { maxTokens } = DEFAULT_SETTINGS;
  return (
    <Dialog id={DIALOG_ID} title="Settings" closeName="settings">
      <p className="muted">For the answers to come. Kept in this browser.</p>
      <div className="fields">
        <RangeField
          label="Temperature"
          hint="0 always takes the likeliest word; higher wanders more."
          range={SETTING_RANGES.temperature}
          value={temperature}
          onChange={(value) => session.changeSettings({ temperature: value })}
        />
        <RangeField
          label="Top-p"
          hint="Chooses among the likeliest words that together have this share."
          range={SETTING_RANGES.topP}
          value={topP}
          onChange={(value) => session.changeSettings({ topP: value })}
        />
        <IntegerField
          label="Most tokens in an answer"
          hint={info ? `The model holds ${info.contextLength} in all.` : ''}
          range={SETTING_RANGES.maxTokens}
          value={settings.maxTokens}
          onChange={(value) => session.changeSettings({ maxTokens: value ?? maxTokens })}
        />
        <IntegerField
          label="Seed"
          hint="The same seed gives the same answer. Empty: another each time."
          placeholder="random"
          range={SETTING_RANGES.seed}
          value={settings.seed}
          onChange={(value) => session.changeSettings({ seed: value })}
        />
      </div>
      <button
        type="button"
        className="button button-outline"
        onClick={() => session.changeSettings({ temperature: null, topP: null, maxTokens, seed: null })}
      >
        Back to the model's defaults
      </button>
    </Dialog>
  );
}
