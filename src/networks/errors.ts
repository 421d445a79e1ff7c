import { printable } from './printable.js';

/**
 * An error in the user's input: a file, a specification, an option. Its message says what was given, what was
 * expected and what to do, and is shown without a stack trace. It repeats what came from outside, names in archives among them:
 * control characters in it are written out, and the middle of what nobody reads to its end is left out, so that it may be shown
 * anywhere.
 */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string, options?: ErrorOptions) {
    super(readable(printable(message)), options);
  }
}

/** Longest message that is shown whole, in characters, and how many of a longer one stand at its end. */
const LONGEST_MESSAGE = 3500;
const ENDING = 500;

function readable(message: string): string {
  if (message.length <= LONGEST_MESSAGE) return message;
  return `${message.slice(0, LONGEST_MESSAGE - ENDING)} [...] ${message.slice(-ENDING)}`;
}

/** What is wrong with one setting. */
export interface SettingProblem {
  /** Path of the setting, from the outside in, as the room that checks it knows it: `['end']`, `['layers', 'fc1']`. */
  readonly setting: readonly string[];
  readonly value: unknown;
  /** What the value disagrees with, as a clause; absent where it is wrong by itself. */
  readonly because?: string | undefined;
  readonly expected: string;
}

/**
 * A setting that cannot be used, as data. A room names a setting as its own functions take it; whoever takes that from
 * settings of another shape says where it stands there (`under`), so that no room knows the paths of a room above.
 */
export class SettingError extends InputError implements SettingProblem {
  readonly setting: readonly string[];
  readonly value: unknown;
  readonly because: string | undefined;
  readonly expected: string;

  constructor({ setting, value, because, expected }: SettingProblem, options?: ErrorOptions) {
    const reason = because === undefined ? '' : `, but ${because}`;
    super(`${setting.join('.')} is ${valueText(value)}${reason}; expected ${expected}.`, options);
    this.setting = setting;
    this.value = value;
    this.because = because;
    this.expected = expected;
  }

  /** The same error of settings that stand under a longer path. */
  under(path: readonly string[]): SettingError {
    const { value, because, expected } = this;
    return new SettingError({ setting: [...path, ...this.setting], value, because, expected }, { cause: this });
  }
}

/** Longest value that a message shows whole, in characters. */
const LONGEST = 60;

function valueText(value: unknown): string {
  // JSON has no NaN and no infinity.
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
}
