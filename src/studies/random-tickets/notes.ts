import { conditionOf, isControl } from '../../analysis/conditions.js';
import { formatCount, formatDensity, formatList } from '../../analysis/format.js';
import { ticketProperties } from '../../analysis/ticket-properties/index.js';
import type { RandomTicketsComparison } from './compare.js';
import { groupName, kindName } from './words.js';

/** How the numbers were made, and what is in none of them: sentences for the reader. */
export function randomTicketsNotes(comparison: RandomTicketsComparison): string[] {
  return [...leftOut(comparison), ...howMeasured(comparison), ...howTested(comparison)];
}

function leftOut({ found, groups }: RandomTicketsComparison): string[] {
  const { tickets, trials, draws } = found;
  const diverged = tickets.filter(({ status }) => status === 'diverged');
  const which = diverged.map(({ condition, density, trial, draw }) => {
    const at = condition === 'dense' ? '' : ` at ${formatDensity(density)}%`;
    const number = isControl(condition) ? `, draw ${draw + 1}` : '';
    return `${conditionOf(condition).title}${at}, trial ${trial + 1}${number}`;
  });
  const lacking = groups.flatMap((group) => {
    const finished = group.trials.reduce((sum, trial) => sum + trial.draws.length + trial.diverged, 0);
    const missing = trials * draws - finished;
    return missing === 0 ? [] : [`${missing} of ${trials * draws} ${groupName(group)}`];
  });
  const winners = groups
    .filter(({ kind }) => kind === groups[0].kind)
    .flatMap(({ density, trials: own }) => {
      const missing = own.filter(({ winner }) => winner === null).length;
      return missing === 0
        ? []
        : [`the winning ticket at ${formatDensity(density)}% in ${formatCount(missing, 'trial')}`];
    });
  return [
    diverged.length === 0
      ? 'No training diverged.'
      : `${formatCount(diverged.length, 'training')} diverged and ${diverged.length === 1 ? 'is' : 'are'} in no ranking and no mean: ${which.join('; ')}.`,
    ...(lacking.length + winners.length === 0
      ? []
      : [`Not finished, or diverged in place of a winner: ${formatList([...winners, ...lacking])}.`]),
  ];
}

function howMeasured({ found, groups }: RandomTicketsComparison): string[] {
  const { properties, tickets } = found;
  if (properties === null) return [];
  const wanted = tickets.filter(({ condition, status }) => condition !== 'dense' && status === 'done');
  const lacking = wanted.filter(({ before, after }) => before === null || after === null).length;
  const undefinedOnes = groups.flatMap((group) =>
    group.effects
      .filter(({ without }) => without > 0)
      .map(
        ({ id, when, without }) =>
          `${ticketProperties[id].title} ${when} training of ${without} ${kindName(group.kind, without)}`,
      ),
  );
  return [
    `Properties are of surviving weights; gradient and curvature are of the mean training loss, without weight decay, over at most ${properties.examples} training examples, as many of each class, the tangent kernel over ${properties.kernelExamples}: the same examples for all tickets of a trial. Products with the Hessian are central differences of gradients, so that with relu they average over the kinks within a step of 1/256 of the weights’ length. The Hessian’s trace is estimated from ${properties.draws} vectors and its largest eigenvalue by ${properties.steps} steps of Lanczos’s method.`,
    ...(lacking === 0
      ? []
      : [`Of ${lacking} of ${wanted.length} tickets not everything is measured; what is lacking is in no comparison.`]),
    ...(undefinedOnes.length === 0 ? [] : [`Not defined, and so in no comparison: ${undefinedOnes.join('; ')}.`]),
  ];
}

const weightsText = {
  'early-stop': 'at the iteration of the lowest validation loss',
  end: 'at the last iteration',
} as const;

function howTested({ found: { at, kinds }, groups }: RandomTicketsComparison): string[] {
  const drawn = [
    ...(kinds.includes('random-mask')
      ? [
          'A random mask keeps as many weights of each layer as the winning ticket, and their values before training are those the dense network began with (or was rewound to).',
        ]
      : []),
    ...(kinds.includes('reinitialise')
      ? ['A re-initialisation keeps the winner’s mask, and re-initialises its weights.']
      : []),
  ];
  const correlated = groups.some(({ correlations }) => correlations.length > 0);
  return [
    `Test accuracy is taken ${weightsText[at]}. ${drawn.join(' ')}`,
    'Within a trial, the chance that a random ticket would stand as high as the winner is (r + 1) / (n + 1), where r of n random ones are as good or better: exact, equals counted against it. Over trials, the sum of these ranks is tested by its exact distribution (Edgington 1972), two-sided; Holm’s correction is over all tests of this page: ranks, properties and correlations together. A percentile counts equals half. A distance is that of the one winner of a trial from the mean of its random tickets, in their standard deviations, with Hedges’ correction; its interval is Student’s over trials.',
    ...(correlated
      ? [
          'Correlations are taken among the random tickets of one trial, which share its data and its winner’s densities, and averaged over trials through Fisher’s z, with Student’s interval; those of single trials have the interval of Bonett and Wright (2000). Their p is that of the orders within trials, all trials together; a correlation is significant where that is, after Holm’s correction, and the interval over trials excludes zero as well.',
        ]
      : []),
  ];
}
