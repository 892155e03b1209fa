import { useId } from 'react';

export interface RangeFieldProps {
  label: string;
  hint: string;
  range: { min: number; max: number; step: number };
  value: number;
  /** What stands for the value, where the number alone does not say it. */
  shown?: string | undefined;
  onChange(value: number): void;
}

export function RangeField({ label, hint, range, value, shown, onChange }: RangeFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{shown ?? value.toFixed(2)}</output>
      <input
        id={id}
        type="range"
        {...range}
        value={value}
        aria-valuetext={shown}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <p id={`${id}-hint`} className="muted">
        {hint}
      </p>
    </div>
  );
}
