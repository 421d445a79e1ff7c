import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly help?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
}

interface WithHelp {
  readonly id: string;
  readonly label: string;
  readonly help: string | undefined;
  /** Whether its words need the width of two numbers. */
  readonly isWide?: boolean;
  readonly children: ComponentChildren;
}

function Labelled({ id, label, help, isWide, children }: WithHelp) {
  return (
    <div class={isWide ? 'field wide' : 'field'}>
      <label for={id} title={help}>
        {label}
      </label>
      {children}
    </div>
  );
}

/** A choice among words. One that is not among them, as an address may say, is added. */
export function Select({
  label,
  help,
  value,
  onChange,
  disabled,
  options,
}: FieldProps & { readonly options: readonly (readonly [string, string])[] }) {
  const id = useId();
  const all = options.some(([known]) => known === value) ? options : [...options, [value, value] as const];
  return (
    <Labelled id={id} label={label} help={help} isWide>
      <select
        id={id}
        title={help}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {all.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** A text or a number, which counts when it is left or Enter is pressed. */
export function Text({ label, help, value, onChange, disabled, numeric }: FieldProps & { readonly numeric?: boolean }) {
  const id = useId();
  return (
    <Labelled id={id} label={label} help={help} isWide={!numeric}>
      <input
        id={id}
        title={help}
        type="text"
        inputMode={numeric ? 'decimal' : 'text'}
        autocomplete="off"
        spellcheck={false}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </Labelled>
  );
}

/** Several lines of text, which count when they are left. */
export function Lines({ label, value, onChange }: Omit<FieldProps, 'help' | 'disabled'>) {
  const id = useId();
  return (
    <div class="lines">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={Math.max(3, value.split('\n').length + 1)}
        spellcheck={false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  );
}
