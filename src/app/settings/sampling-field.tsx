import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { type SamplingField as Field, SAMPLING_OFF, SAMPLING_RANGES } from '../state/sampling';
import { IntegerField } from './integer-field';
import { RangeField } from './range-field';

/** Temperature or top-p; not set, the model's own is shown. */
export function ModelsField({ field }: { field: 'temperature' | 'topP' }) {
  const words = useWords().settings;
  const session = useSession();
  const value = useAppState((state) => state.settings[field]);
  const models = useAppState((state) => state.model.info?.defaults[field]);
  const shown = value === null && models !== undefined ? words.modelsOwn(models.toFixed(2)) : undefined;
  return (
    <RangeField
      {...words.sampling[field]}
      range={SAMPLING_RANGES[field]}
      value={value ?? models ?? 1}
      shown={shown}
      onChange={(to) => session.changeSettings({ [field]: to })}
    />
  );
}

/** A way of sampling that is off where it is not set. */
export function SamplingField({ field }: { field: Exclude<Field, 'temperature' | 'topP'> }) {
  const words = useWords().settings;
  const session = useSession();
  const value = useAppState((state) => state.settings[field]);
  const off = SAMPLING_OFF[field];
  const change = (to: number | null) => session.changeSettings({ [field]: to === off ? null : to });
  if (field === 'topK') {
    const { topK } = SAMPLING_RANGES;
    return (
      <IntegerField {...words.sampling.topK} placeholder={words.off} range={topK} value={value} onChange={change} />
    );
  }
  return (
    <RangeField
      {...words.sampling[field]}
      range={SAMPLING_RANGES[field]}
      value={value ?? off}
      shown={value === null ? words.off : undefined}
      onChange={change}
    />
  );
}
