import {
  assign,
  parseAssignment,
  presetInput,
  type RunSpecification,
  validateSpecification,
} from 'lottery-lab/experiments';
import { stringify } from 'yaml';

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

/** What the page begins with: some ten seconds on drawn digits. The quickstart's own two minutes are for those who wait for a verdict. */
export const firstChoices: Choices = {
  preset: 'quickstart',
  set: new Map([
    ['network', '{hidden: [100, 50]}'],
    ['data.train', '4000'],
    ['data.test', '1000'],
    ['data.validation', '500'],
    ['iterations', '400'],
    ['trials', '3'],
    ['measures.loss', '0.4'],
    ['pruning.densities', '[0.6, 0.35, 0.2, 0.1]'],
  ]),
};

/** The choices with some settings changed; null removes one, for the preset's own value. */
export function withSettings({ preset, set }: Choices, changes: Readonly<Record<string, string | null>>): Choices {
  const changed = new Map([...set].filter(([path]) => !Object.hasOwn(changes, path)));
  for (const [path, value] of Object.entries(changes)) if (value !== null) changed.set(path, value);
  return { preset, set: changed };
}

const assigned = (input: Record<string, unknown>, set: Choices['set']): Record<string, unknown> =>
  [...set].reduce((given, [path, value]) => assign(given, parseAssignment(`${path}=${value}`)), input);

/** @throws InputError that says which setting is wrong, and what is expected */
export function specificationOf({ preset, set }: Choices): RunSpecification {
  return validateSpecification(assigned(presetInput(preset), set), preset);
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

/** A file for `lottery run` that trains the same. */
export const yamlOf = ({ preset, set }: Choices): string => stringify(assigned({ extends: preset }, set));

/** The settings in which two choices differ: `trials 3 instead of 5`. */
export function differencesOf(here: Choices, there: Choices): string[] {
  const value = ({ set }: Choices, path: string) => set.get(path) ?? 'by the preset';
  const paths = [...new Set([...here.set.keys(), ...there.set.keys()])];
  const differing = paths.filter((path) => here.set.get(path) !== there.set.get(path));
  const settings = differing.map((path) => `${path} ${value(here, path)} instead of ${value(there, path)}`);
  return here.preset === there.preset ? settings : [`preset ${here.preset} instead of ${there.preset}`, ...settings];
}
