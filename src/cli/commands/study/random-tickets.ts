import { type Command, InvalidArgumentError, Option } from 'commander';
import { propertyDefaults } from '../../../experiments/measurements/properties.js';
import type { WeightsAt } from '../../../experiments/results.js';
import { weightsAt } from '../../../experiments/results.js';
import { didYouMean } from '../../../experiments/suggest.js';
import { type RandomKind, randomKinds } from '../../../studies/random-tickets/found.js';
import {
  type RandomTicketsOptions,
  randomTickets,
  randomTicketsDefaults,
} from '../../../studies/random-tickets/index.js';
import { wholeNumber } from '../../options.js';
import {
  densitiesOption,
  type StudyFlags,
  studyBase,
  throughOption,
  throughWords,
  withCommonOptions,
  words,
} from './common.js';
import { runStudy } from './run-study.js';

interface RandomTicketsFlags extends StudyFlags {
  readonly densities: readonly number[];
  readonly through: readonly number[];
  readonly draws: number;
  readonly kinds: readonly RandomKind[];
  readonly accuracy: WeightsAt;
  readonly properties: boolean;
  readonly examples: number;
}

/** Kinds of random tickets: `random-mask,reinitialise`. */
function kinds(text: string): RandomKind[] {
  const names = [...new Set(words(text))];
  const known: readonly string[] = randomKinds;
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined || names.length === 0) {
    const hint = wrong === undefined ? '' : didYouMean(wrong, known);
    throw new InvalidArgumentError(`expected ${randomKinds.join(' or ')}, or both with a comma between${hint || '.'}`);
  }
  return randomKinds.filter((kind) => names.includes(kind));
}

const KIND = 'random-tickets';

/** `lottery study random-tickets`. */
export function randomTicketsCommand(setExitCode: (code: number) => void): Command {
  const { densities, through, draws, kinds: both, moment } = randomTicketsDefaults;
  const command = studyBase(KIND, randomTickets.title)
    .addOption(densitiesOption(densities))
    .addOption(throughOption(through))
    .option('--draws <n>', 'random tickets of each kind, density and trial', wholeNumber(1), draws)
    .addOption(
      new Option(
        '--kinds <list>',
        'random-mask: other masks, as dense in every layer, with the winner’s initial values; reinitialise: other values on its mask',
      )
        .argParser(kinds)
        .default([...both], both.join(',')),
    )
    .addOption(
      new Option('--accuracy <when>', 'test accuracy at the lowest validation loss, or at the end')
        .choices(weightsAt)
        .default(moment),
    )
    .option(
      '--examples <n>',
      'training examples that gradient and curvature are measured on',
      wholeNumber(1),
      propertyDefaults.examples,
    )
    .option('--no-properties', 'train and rank alone, and measure no property of any ticket');
  return withCommonOptions(command)
    .addHelpText('after', notes)
    .action(async (target: string, flags: RandomTicketsFlags, self: Command) => {
      setExitCode(await study(target, flags, self.getOptionValueSource('store') === 'cli'));
    });
}

const notes = `
Tickets are found by iterative magnitude pruning, which studies of the same densities share; random ones are the first so many
controls of a run. Where the winner stands among n random tickets is exact: with 50 of them a trial, first place has a chance of 1 in 51.
Properties of every ticket (paths, dead units, degrees, gradients, curvature, tangent kernel) are measured before and after
training, some seconds a ticket of LeNet-300-100; larger networks take longer, which fewer --examples or --no-properties spares.

Examples:
  $ lottery study random-tickets lenet-mnist --trials 3 --set iterations=12000
  $ lottery study random-tickets --densities 0.2,0.02 --draws 20 --kinds random-mask --no-properties`;

function optionsOf({
  densities,
  through,
  draws,
  kinds,
  accuracy,
  properties,
  examples,
}: RandomTicketsFlags): RandomTicketsOptions {
  return {
    densities,
    through,
    draws,
    kinds,
    moment: accuracy,
    properties: properties ? { ...propertyDefaults, examples } : null,
  };
}

/** Words of the study's own options; those that decide nothing at their defaults are left out. */
function ownWords({ densities, through, draws, kinds, accuracy, properties, examples }: RandomTicketsFlags): string[] {
  return [
    '--densities',
    densities.join(','),
    ...throughWords(densities, through),
    '--draws',
    String(draws),
    '--kinds',
    kinds.join(','),
    ...(accuracy === randomTicketsDefaults.moment ? [] : ['--accuracy', accuracy]),
    ...(properties ? [] : ['--no-properties']),
    ...(properties && examples !== propertyDefaults.examples ? ['--examples', String(examples)] : []),
  ];
}

async function study(target: string, flags: RandomTicketsFlags, storeGiven: boolean): Promise<number> {
  const command = {
    kind: KIND,
    study: randomTickets,
    options: optionsOf(flags),
    words: ownWords(flags),
    page: async () => (await import('../../../studies/random-tickets/page.js')).randomTicketsPage,
  };
  return runStudy(command, target, flags, storeGiven);
}
