import {
  assign,
  parseAssignment,
  presetInput,
  type RunSpecification,
  validateSpecification,
} from 'lottery-lab/experiments';

/**
 * An experiment as an address and as a command: a preset, and the settings that are changed, in the words of `lottery run`. The same
 * address gives the same experiment, and since the arithmetic is the same, the same digest.
 */

/** What an address of version 1 says. */
export interface Choices {
  readonly preset: string;
  /** Values as text, by the path of the setting, in the order in which they were changed. */
  readonly set: ReadonlyMap<string, string>;
}

/** Raised when an address of before would mean something else. */
const VERSION = '1';

/**
 * What the page begins with: an experiment of some ten seconds that shows the effect. It changes the quickstart, whose two minutes are for
 * those who wait for a verdict.
 */
export const firstChoices: Choices = {
  preset: 'quickstart',
  set: new Map([
    ['trials', '3'],
    ['levels', '4'],
    ['iterations', '400'],
    ['data.train', '4000'],
    ['data.test', '1000'],
    ['data.validation', '500'],
    ['network', '{hidden: [100, 50]}'],
  ]),
};

/** The choices with one setting changed. */
export const withSetting = ({ preset, set }: Choices, path: string, value: string): Choices => ({
  preset,
  set: new Map([...set].filter(([known]) => known !== path)).set(path, value),
});

/** @throws InputError that says which setting is wrong, and what is expected */
export function specificationOf({ preset, set }: Choices): RunSpecification {
  let input = presetInput(preset) as Record<string, unknown>;
  for (const [path, value] of set) input = assign(input, parseAssignment(`${path}=${value}`));
  return validateSpecification(input, preset);
}

/** `v=1&preset=quickstart&trials=3&network={hidden:+[20]}`. */
export function addressOf({ preset, set }: Choices): string {
  const query = new URLSearchParams([['v', VERSION], ['preset', preset], ...set]);
  // Brackets, braces and commas are read more easily as they are, and may stand in the part of an address after its hash.
  return query.toString().replace(/%(?:5B|5D|7B|7D|2C|3A|2F)/g, (code) => decodeURIComponent(code));
}

/** What an address says; null where it says nothing, or is of a version that this page does not know. */
export function choicesOf(query: string): Choices | null {
  const read = new URLSearchParams(query);
  if (read.get('v') !== VERSION) return null;
  return {
    preset: read.get('preset') ?? firstChoices.preset,
    set: new Map([...read].filter(([name]) => name !== 'v' && name !== 'preset')),
  };
}

const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The command that trains the same. */
export function commandOf({ preset, set }: Choices): string {
  const words = ['lottery', 'run', preset, ...[...set].flatMap(([path, value]) => ['--set', `${path}=${value}`])];
  return words.map(shellWord).join(' ');
}
