import { type Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../../../networks/errors.js';
import { flagName, readOption, type StudyOption } from '../../../studies/shared/options.js';
import type { AnyStudy } from '../../../studies/study.js';

/** A study's own options as options of its command. */
export function addStudyOptions(command: Command, study: AnyStudy): void {
  for (const [name, option] of Object.entries<StudyOption<unknown>>(study.options)) {
    command.addOption(commandOption(name, option));
  }
}

function commandOption(name: string, option: StudyOption<unknown>): Option {
  const flag = flagName(name);
  if (option.placeholder === null) return new Option(`--${option.default ? 'no-' : ''}${flag}`, option.help);
  const made = new Option(`--${flag} <${option.placeholder}>`, option.help).argParser((text: string) => {
    try {
      return readOption(name, option, text);
    } catch (error) {
      throw error instanceof InputError ? new InvalidArgumentError(error.message) : error;
    }
  });
  if (option.default === undefined) return made;
  // A list of every name is too long as a default: the option's help states it more briefly.
  const text = option.write(option.default);
  return made.default(option.default, option.help.includes('default:') ? undefined : text);
}

/** The values that a command line gave, of the study's own options. */
export function studyValues(study: AnyStudy, flags: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries<StudyOption<unknown>>(study.options)) {
    // An absent switch is false, or true where it turns something off; commander omits the former.
    values[name] = option.placeholder === null ? (flags[name] ?? option.default) : flags[name];
  }
  return values;
}
