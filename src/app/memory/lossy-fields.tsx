import type { ModelInfo } from '../../protocol/engine';
import type { LossyOptions } from '../../protocol/paging';
import { useWords } from '../i18n/use-words';
import { strengthsOf } from './lossy-costs';
import { LossyMode } from './lossy-mode';
import { isApproximate } from './memory-options';

export interface LossyFieldsProps {
  info: ModelInfo;
  lossy: LossyOptions;
  onChange(lossy: LossyOptions): void;
}

/** Modes that trade answers for speed, each off unless it is turned on, with what it was measured to cost. */
export function LossyFields({ info, lossy, onChange }: LossyFieldsProps) {
  const { memory: words } = useWords();
  const change = (part: LossyOptions) => onChange(withoutOff({ ...lossy, ...part }));
  // With fewer experts a token already, there may be no second choice.
  const several = info.topK > 1 || info.loaded.lossy.topK !== undefined;
  return (
    <details className="memory-details">
      <summary>
        {words.lossy} {isApproximate(info) && <span className="approximate-mark">{words.lossyOn}</span>}
      </summary>
      <div className="memory-fields">
        <p className="muted">{words.lossyIntro}</p>
        {several && (
          <>
            <LossyMode
              mode="residentMargin"
              value={lossy.residentMargin}
              strengths={strengthsOf('residentMargin')}
              onChange={(residentMargin) => change({ residentMargin })}
            />
            <LossyMode
              mode="skipBelow"
              value={lossy.skipBelow}
              strengths={strengthsOf('skipBelow')}
              onChange={(skipBelow) => change({ skipBelow })}
            />
            <LossyMode mode="topK" value={lossy.topK} strengths={[1]} onChange={(topK) => change({ topK })} />
          </>
        )}
        <LossyMode
          mode="standIns"
          value={lossy.standIns === true ? 1 : undefined}
          strengths={[1]}
          onChange={(on) => change({ standIns: on === undefined ? undefined : true })}
        />
      </div>
    </details>
  );
}

/** A mode that is off is not there, as one that was never on. */
function withoutOff(lossy: LossyOptions): LossyOptions {
  return Object.fromEntries(Object.entries(lossy).filter(([, value]) => value !== undefined));
}
