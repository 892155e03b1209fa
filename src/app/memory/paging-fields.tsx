import { useId } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { POLICY_NAMES } from '../../protocol/paging';
import { formatBytes } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { contextChoices, kvBytesAt, ramChoices, slotsGained } from './choices';
import type { MemoryOptions } from './memory-options';
import { SelectField } from './select-field';

export interface PagingFieldsProps {
  info: ModelInfo;
  budget: BudgetInfo;
  options: MemoryOptions;
  onChange(change: MemoryOptions): void;
}

const AUTO = 'auto';

/** RAM for experts, the context and what it takes, and the policy. None changes an answer. */
export function PagingFields({ info, budget, options, onChange }: PagingFieldsProps) {
  const { memory: words } = useWords();
  const id = useId();
  const { contextLength = info.contextLength, ramBytes, policy = info.loaded.policy } = options;
  const expertsBytes = info.layers * info.experts * budget.slotBytes;
  const gained = slotsGained(info, budget, contextLength);
  const ram = [
    { value: AUTO, label: words.ramAuto },
    { value: '0', label: words.ramOff },
    ...ramChoices(expertsBytes, ramBytes).map((bytes) => ({
      value: String(bytes),
      label: bytes === expertsBytes ? words.ramAll(formatBytes(bytes)) : formatBytes(bytes),
    })),
  ];
  const contexts = contextChoices(info).map((length) => ({
    value: String(length),
    label: words.contextOption(length.toLocaleString('en'), formatBytes(kvBytesAt(info, length))),
  }));
  const change = gained === 0 ? '' : gained > 0 ? words.slotsGained(gained) : words.slotsLost(-gained);
  return (
    <details className="memory-details">
      <summary>{words.options}</summary>
      <div className="memory-fields">
        <SelectField
          id={`${id}-ram`}
          label={words.ram}
          hint={words.ramHint}
          options={ram}
          value={ramBytes === undefined ? AUTO : String(ramBytes)}
          onChange={(value) => onChange({ ramBytes: value === AUTO ? undefined : Number(value) })}
        />
        <SelectField
          id={`${id}-context`}
          label={words.context}
          hint={`${words.contextHint(formatBytes(kvBytesAt(info, contextLength)))} ${change}`.trim()}
          options={contexts}
          value={String(contextLength)}
          onChange={(value) => onChange({ contextLength: Number(value) })}
        />
        <SelectField
          id={`${id}-policy`}
          label={words.policy}
          hint={words.policyHint}
          options={POLICY_NAMES.map((name) => ({ value: name, label: words.policyNames[name] }))}
          value={policy}
          onChange={(value) => onChange({ policy: POLICY_NAMES.find((name) => name === value) })}
        />
      </div>
    </details>
  );
}
