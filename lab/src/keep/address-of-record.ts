import {
  type RunRecord,
  type RunSpecification,
  resolveSpecification,
  runFolder,
  withoutDefaults,
} from 'lottery-lab/experiments';
import { addressOf, type Choices, specificationOf } from '../play/address.js';

/** Words of a command as a shell reads them, where it was written by this program. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  );

/** What a command chooses; null where it says more than a preset and settings. */
function choicesOfCommand(command: string): Choices | null {
  const [program, verb, preset, ...rest] = wordsOf(command);
  if (program !== 'lottery' || verb !== 'run' || preset === undefined) return null;
  const set = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const [option, value = ''] = rest.slice(at, at + 2);
    const equals = value.indexOf('=');
    if (option === '--set' && equals > 0) set.set(value.slice(0, equals), value.slice(equals + 1));
    else if (option === '--trials' || option === '--levels') set.set(option.slice(2), value);
    else if (option !== '--store' && option !== '--data' && option !== '--workers') return null;
  }
  return { preset, set };
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Choices that say everything in which settings differ from a preset's. */
function choicesOfSettings(specification: RunSpecification, preset: string): Choices {
  const set = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (isGroup(value) && path !== 'network') {
      for (const [name, member] of Object.entries(value)) visit(member, path === '' ? name : `${path}.${name}`);
    } else set.set(path, JSON.stringify(value));
  };
  visit(withoutDefaults(specification, resolveSpecification({ extends: preset })), '');
  return { preset, set };
}

/** The address of a recorded run on the page that trains: it must be of the same run. Null where there is none. */
export function addressOfRecord({ run, command, specification, dataset }: RunRecord): string | null {
  for (const choose of [() => choicesOfCommand(command), () => choicesOfSettings(specification, 'quickstart')]) {
    try {
      const choices = choose();
      if (choices !== null && runFolder(specificationOf(choices), dataset) === run) return addressOf(choices);
    } catch {
      // Settings that cannot be written so: the next way, or none.
    }
  }
  return null;
}
