import { useId } from 'react';

export interface ChoiceFieldProps {
  label: string;
  options: readonly { value: number; name: string }[];
  value: number;
  onChange(value: number): void;
}

/** A list to choose a layer, a text or a measure from. */
export function ChoiceField({ label, options, value, onChange }: ChoiceFieldProps) {
  const id = useId();
  return (
    <div className="choice-field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  );
}

export interface LayerFieldProps {
  label: string;
  layers: number;
  value: number;
  onChange(layer: number): void;
}

export function LayerField({ layers, ...field }: LayerFieldProps) {
  return <ChoiceField {...field} options={Array.from({ length: layers }, (_, n) => ({ value: n, name: String(n) }))} />;
}
