import { type Command, InvalidArgumentError, Option } from 'commander';
import { matchedBy } from '../../../analysis/overlap/values.js';
import { didYouMean } from '../../../experiments/suggest.js';
import { variationNames, variations } from '../../../studies/consistency/found.js';
import { type ConsistencyOptions, consistencyStudy, usualConsistency } from '../../../studies/consistency/index.js';
import { wholeNumber } from '../../options.js';
import { densitiesOption, type StudyFlags, share, studyBase, withCommonOptions, words } from './common.js';
import { runStudy } from './run-study.js';

const KIND = 'consistency';

interface ConsistencyFlags extends StudyFlags {
  readonly densities: readonly number[];
  readonly only: ConsistencyOptions['variations'];
  readonly noise: number;
  readonly part: number;
  readonly match: ConsistencyOptions['match'];
  readonly draws: number;
}

function variationsOf(text: string): ConsistencyOptions['variations'] {
  return words(text).map((word) => {
    const found = variationNames.find((name) => name === word);
    if (found === undefined) {
      const hint = didYouMean(word, variationNames) || `; expected some of ${variationNames.join(', ')}.`;
      throw new InvalidArgumentError(`${word} is no variation${hint}`);
    }
    return found;
  });
}

/** A number above 0, of standard deviations. */
function deviations(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a number above 0, such as 0.1.');
  return value;
}

function matchOf(text: string): ConsistencyOptions['match'] {
  if (text === 'none') return null;
  const names = Object.keys(matchedBy) as (keyof typeof matchedBy)[];
  const found = names.find((name) => name === text);
  if (found === undefined) {
    const hint = didYouMean(text, [...names, 'none']) || `; expected ${names.join(', ')} or none.`;
    throw new InvalidArgumentError(`${text} is nothing to match by${hint}`);
  }
  return found;
}

/** The study's own options as words of the command. */
function wordsOf({ densities, only, noise, part, match, draws }: ConsistencyFlags): string[] {
  const usual = usualConsistency;
  const parts = ['--densities', densities.join(',')];
  if (only.join() !== usual.variations.join()) parts.push('--only', only.join(','));
  if (noise !== usual.noise) parts.push('--noise', String(noise));
  if (part !== usual.part) parts.push('--part', String(part));
  if (match !== usual.match) parts.push('--match', match ?? 'none');
  if (draws !== usual.draws) parts.push('--draws', String(draws));
  return parts;
}

/** `lottery study consistency`: whether pruning finds the same ticket each time. */
export function consistencyCommand(setExitCode: (code: number) => void): Command {
  const usual = usualConsistency;
  const command = studyBase(KIND, consistencyStudy.title)
    .addOption(densitiesOption())
    .addOption(
      new Option('--only <names>', 'what differs between trials, with commas between')
        .argParser(variationsOf)
        .default([...usual.variations], usual.variations.join(',')),
    )
    .option(
      '--noise <deviations>',
      'of the variation noise: standard deviations of a layer’s weights',
      deviations,
      usual.noise,
    )
    .option(
      '--part <share>',
      'of the variation data: the share of the data that a trial learns from',
      share,
      usual.part,
    )
    .option(
      '--match <by>',
      `what hidden units are matched by: ${Object.keys(matchedBy).join(', ')}, or none`,
      matchOf,
      usual.match,
    )
    .option(
      '--draws <n>',
      'shuffled masks of each kind that are matched too, for every pair',
      wholeNumber(1),
      usual.draws,
    );
  return withCommonOptions(command)
    .addHelpText(
      'after',
      `
Variations, each as many trials as the settings have:
${variationNames.map((name) => `  ${name.padEnd(16)} trials ${variations[name].differs}`).join('\n')}

Where trials begin with other weights (initialisation, all), hidden units are also put into the order that matches best:
${Object.entries(matchedBy)
  .map(([name, text]) => `  ${name.padEnd(16)} by ${text}`)
  .join('\n')}

The settings’ own pruning, levels, controls, share, noise and part give way to those of the study; network, data, training
and trials stay. Tickets are those of iterative magnitude pruning, and shared with every run and study that has them.

Examples:
  $ lottery study consistency lenet-mnist --trials 5 --set iterations=12000
  $ lottery study consistency --only order,initialisation --densities 0.2 --match weights`,
    )
    .action(async (target: string, flags: ConsistencyFlags, self: Command) => {
      const { densities, only, noise, part, match, draws } = flags;
      const study = {
        kind: KIND,
        study: consistencyStudy,
        options: { densities, variations: only, noise, part, match, draws },
        words: wordsOf(flags),
        page: async () => (await import('../../../studies/consistency/page.js')).consistencyPage,
      };
      setExitCode(await runStudy(study, target, flags, self.getOptionValueSource('store') === 'cli'));
    });
}
