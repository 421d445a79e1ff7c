import { InvalidArgumentError, Option } from 'commander';
import type { Length } from '../../../experiments/length.js';
import { lengthSchema } from '../../../experiments/length-schema.js';
import type { WeightsAt } from '../../../experiments/results.js';
import { densitiesOption } from './common.js';

/** Options of the studies that rewind tickets to several times. */
export interface RewindFlags {
  readonly rewinds: readonly Length[];
  readonly densities: readonly number[];
  readonly at: WeightsAt;
}

/** Lengths with commas between: `0,500,2ep`. */
export function lengths(text: string): Length[] {
  return text.split(',').map((part) => {
    const word = part.trim();
    const read = lengthSchema(0).safeParse(/^\d+$/.test(word) ? Number(word) : word);
    if (read.success) return read.data;
    throw new InvalidArgumentError(
      `${word === '' ? 'nothing' : word} is no time in the dense training; expected iterations or epochs with commas between, such as 0,500,2ep.`,
    );
  });
}

/** `--rewinds`, `--densities` and `--at`. */
export function rewindOptions(): Option[] {
  return [
    new Option(
      '--rewinds <list>',
      'times in the dense training that tickets are rewound to: iterations, or epochs (2ep)',
    )
      .default([0, 100, 500, 2000], '0,100,500,2000')
      .argParser(lengths),
    densitiesOption(),
    new Option('--at <moment>', 'which weights are compared: the last ones, or those of the lowest validation loss')
      .choices(['end', 'early-stop'])
      .default('end'),
  ];
}

/** The same as words of a command. */
export function rewindWords({ rewinds, densities, at }: RewindFlags): string[] {
  return ['--rewinds', rewinds.join(','), '--densities', densities.join(','), ...(at === 'end' ? [] : ['--at', at])];
}

export const ladderNotes =
  'Tickets are those of iterative magnitude pruning, at the densities and at those on the way to them. The settings’ own\npruning, levels, controls, rewind and starts are overridden by those of the study; network, data, training and trials stay. Those\nrewound to 0 are shared with every run and study that has them; the others share a dense network that keeps its weights at\nevery rewind.';
