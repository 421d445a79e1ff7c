import { useEffect, useId } from 'preact/hooks';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}

/** One of several. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class="look-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ChecksProps {
  readonly legend: string;
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: readonly string[];
  /** In the order of the options. */
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Any number of several. */
export function Checks({ legend, options, chosen, onChange }: ChecksProps) {
  return (
    <fieldset class="checks">
      <legend>{legend}</legend>
      {options.map(([name, title]) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(options.map(([one]) => one).filter((one) => (one === name ? checked : chosen.includes(one))))
            }
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

interface RangeProps {
  readonly range: readonly [number, number] | null;
  readonly unit: string;
  readonly onRange: (range: readonly [number, number] | null) => void;
}

/** The part of the axis that is shown, by two numbers; Escape shows all of it. */
export function RangeFields({ range, unit, onRange }: RangeProps) {
  const [from, to] = [useId(), useId()];
  useEffect(() => {
    if (range === null) return undefined;
    const whole = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') onRange(null);
    };
    document.addEventListener('keydown', whole);
    return () => document.removeEventListener('keydown', whole);
  });
  const read = (form: HTMLFormElement): void => {
    const values = [...form.querySelectorAll('input')].map(({ value }) =>
      value.trim() === '' ? Number.NaN : Number(value),
    );
    if (values[0] < values[1]) onRange([values[0], values[1]]);
  };
  return (
    <form
      class="range"
      aria-label="Range of the axis"
      onSubmit={(event) => {
        event.preventDefault();
        read(event.currentTarget);
      }}
      onChange={(event) => read(event.currentTarget)}
    >
      <label for={from}>from</label>
      <input id={from} inputMode="decimal" autocomplete="off" placeholder="all" value={range?.[0] ?? ''} />
      <label for={to}>to</label>
      <input id={to} inputMode="decimal" autocomplete="off" placeholder="all" value={range?.[1] ?? ''} />
      {unit === '' ? null : <span>{unit}</span>}
      <button type="button" disabled={range === null} onClick={() => onRange(null)}>
        Whole range
      </button>
    </form>
  );
}
