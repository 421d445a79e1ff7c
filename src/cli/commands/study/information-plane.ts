import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EstimatorName, estimatorNames, estimatorOf, usualEstimators } from '../../../analysis/index.js';
import { didYouMean } from '../../../experiments/suggest.js';
import { type InformationOptions, informationStudy } from '../../../studies/information-plane/index.js';
import { usualDensities } from '../../../studies/shared/ladder.js';
import { wholeNumber } from '../../options.js';
import { type StudyFlags, share, studyBase, throughOption, throughWords, withCommonOptions, words } from './common.js';
import { runStudy } from './run-study.js';

interface InformationFlags extends StudyFlags {
  readonly density: number;
  readonly through: readonly number[];
  readonly examples?: number;
  readonly from?: 'test' | 'train' | 'all';
  readonly points: number;
  readonly estimators: readonly EstimatorName[];
  readonly noise?: number;
  readonly bins?: number;
}

function variance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('expected a variance above 0, such as 0.1.');
  }
  return value;
}

function between(least: number, most: number): (text: string) => number {
  const whole = wholeNumber(least);
  return (text) => {
    const value = whole(text);
    if (value > most) throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    return value;
  };
}

function estimatorList(text: string): EstimatorName[] {
  const names = [...new Set(words(text))];
  for (const name of names) {
    if ((estimatorNames as readonly string[]).includes(name)) continue;
    const hint = didYouMean(name, estimatorNames) || `; expected some of ${estimatorNames.join(', ')}.`;
    throw new InvalidArgumentError(`${name} is no estimator${hint}`);
  }
  if (names.length === 0) throw new InvalidArgumentError(`expected some of ${estimatorNames.join(', ')}.`);
  return names as EstimatorName[];
}

/** What was told of the study's own options, as words. */
function ownWords(flags: InformationFlags): string[] {
  const { density, through, examples, from, points, estimators, noise, bins } = flags;
  const given = (name: string, value: number | string | undefined) =>
    value === undefined ? [] : [`--${name}`, String(value)];
  return [
    ...given('density', density),
    ...throughWords([density], through),
    ...given('examples', examples),
    ...given('from', from),
    ...given('points', points),
    ...given('estimators', estimators.join(',')),
    ...given('noise', noise),
    ...given('bins', bins),
  ];
}

function optionsOf({ density, through, examples, from, points, estimators, noise, bins }: InformationFlags) {
  const options: InformationOptions = {
    density,
    through,
    points,
    estimators,
    examples: { ...(examples === undefined ? {} : { count: examples }), ...(from === undefined ? {} : { from }) },
    settings: { ...(noise === undefined ? {} : { noise }), ...(bins === undefined ? {} : { bins }) },
  };
  return options;
}

/** `lottery study information-plane`. */
export function informationPlaneCommand(setExitCode: (code: number) => void): Command {
  const command = studyBase('information-plane', informationStudy.title)
    .option('--density <share>', 'share of weights that ticket and controls keep', share, 0.2)
    .addOption(throughOption(usualDensities))
    .option(
      '--examples <n>',
      'examples to look at; all of a small data set, else 1,000 unless told',
      between(10, 20_000),
    )
    .addOption(
      new Option(
        '--from <set>',
        'where they come from: test, train (those trained on) or all; all of a small data set, else test unless told',
      ).choices(['test', 'train', 'all']),
    )
    .option('--points <n>', 'iterations to look at, logarithmically spaced', between(3, 100), 26)
    .option('--estimators <names>', 'with commas between', estimatorList, [...usualEstimators])
    .option(
      '--noise <variance>',
      'of the Gaussian noise that bounds and nearest neighbours assume; 0.001 for binary-12, else 0.1 unless told',
      variance,
    )
    .option('--bins <n>', 'bins a unit; 30 unless told', between(2, 1000));
  return withCommonOptions(command)
    .addHelpText(
      'after',
      `
Estimators:
${estimatorNames.map((name) => `  ${name.padEnd(20)} ${estimatorOf(name).title} (${estimatorOf(name).source})`).join('\n')}

The ticket is iterative magnitude pruning’s; beside it stand its random re-initialisation, a random mask and the dense network.
These four are trained once more, keeping their weights at the iterations looked at; the ladder is shared with runs and studies.

Examples:
  $ lottery study information-plane lenet-mnist --trials 5 --set iterations=12000
  $ lottery study information-plane binary-12-tanh --density 0.5`,
    )
    .action(async (target: string, flags: InformationFlags, self: Command) => {
      const code = await runStudy(
        {
          kind: 'information-plane',
          study: informationStudy,
          options: optionsOf(flags),
          words: ownWords(flags),
          page: async () => (await import('../../../studies/information-plane/page.js')).informationPage,
        },
        target,
        flags,
        self.getOptionValueSource('store') === 'cli',
      );
      setExitCode(code);
    });
}
