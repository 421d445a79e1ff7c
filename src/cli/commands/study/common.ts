import { Command, InvalidArgumentError, Option } from 'commander';
import type { RunResults } from '../../../experiments/results.js';
import { packageVersion } from '../../../node/version.js';
import { usualDensities } from '../../../studies/shared/ladder.js';
import { machine } from '../../machine.js';
import { checkpointOption, dataOption, gather, storeOption, wholeNumber, workersOption } from '../../options.js';
import { shellWord } from '../../specification.js';
import type { PlaceFlags } from '../../training.js';

/** Options that every study has. */
export interface StudyFlags extends PlaceFlags {
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly quick?: boolean;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

/** A share above 0 and below 1. */
export function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('expected a share above 0 and below 1, such as 0.5.');
  return value;
}

/** Falling shares of weights kept: `0.2,0.05,0.02`. */
export function shares(text: string): number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const falling = values.every((value, i) => value > 0 && value < 1 && (i === 0 || value < values[i - 1]));
  if (!falling) throw new InvalidArgumentError('expected falling shares of weights kept, such as 0.2,0.05,0.02.');
  return values;
}

/** `--densities`: what studies ask for unless told. */
export function densitiesOption(usual: readonly number[] = usualDensities): Option {
  return new Option('--densities <list>', 'shares of weights kept')
    .argParser(shares)
    .default([...usual], usual.join(','));
}

/** `--through`: densities that a ladder passes on its way. */
export function throughOption(usual: readonly number[]): Option {
  return new Option(
    '--through <list>',
    'other densities that the ladder passes on its way, to share its tickets with studies of those; none: straight',
  )
    .argParser((text: string) => (text === 'none' ? [] : shares(text)))
    .default([...usual], usual.join(','));
}

/** The same for the command that makes a study again: those that make a difference. */
export function throughWords(densities: readonly number[], through: readonly number[]): string[] {
  const last = Math.min(...densities);
  const passed = through.filter((density) => density > last && !densities.includes(density));
  return ['--through', passed.length > 0 ? passed.join(',') : 'none'];
}

/** Words with commas between. */
export function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** A study as a subcommand, with what it starts from; options of its own are added before the common ones. */
export function studyBase(kind: string, title: string): Command {
  return new Command(kind)
    .description(title)
    .argument('[preset|file]', 'network, data and training: a preset or a YAML file of settings', 'lenet-mnist');
}

/** Adds the options that every study has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--set <path=value>', 'change one setting; may be given several times (lottery list settings)', gather)
    .option('--trials <n>', 'number of trials; those of the settings unless told', wholeNumber(1))
    .option('--quick', 'the quick form of the preset')
    .addOption(workersOption())
    .addOption(checkpointOption())
    .addOption(storeOption())
    .addOption(dataOption())
    .option('--dry-run', 'print what would be trained and measured, and do nothing')
    .option('--json', 'print one JSON document at the end, and nothing else, on standard output');
}

/**
 * The command that makes a study again, without what decides no result.
 *
 * @param own words of the study's own options
 */
export function studyWords(
  kind: string,
  target: string,
  own: readonly string[],
  { set = [], trials, quick }: StudyFlags,
): string {
  const parts = ['lottery', 'study', kind, target, ...own];
  if (quick) parts.push('--quick');
  for (const assignment of set) parts.push('--set', assignment);
  if (trials !== undefined) parts.push('--trials', String(trials));
  return parts.map(shellWord).join(' ');
}

/** Where and when a study was made. */
export function provenance(started: string): Omit<RunResults['provenance'], 'cellSeconds' | 'arithmetic'> {
  return { version: packageVersion, started, finished: new Date().toISOString(), ...machine() };
}
