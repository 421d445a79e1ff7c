import { barrierOf } from '../../analysis/connectivity/index.js';
import { formatCount, formatInteger } from '../../analysis/format.js';
import { MATCHES_WITHIN } from '../shared/rewinds/matching.js';
import { divergedNote, meansOver, pointsOf, unfinishedNote } from '../shared/rewinds/words.js';
import { testError } from './errors.js';
import type { StabilityFound } from './found.js';

/** What the reader of a study of stability must know. */
export function stabilityNotes(found: StabilityFound): string[] {
  const { children, trainingExamples, at, estimated, points, trials, trained, lines, planned } = found;
  // The first child of the dense network from the initialisation is that itself, and said once.
  const each = trained.filter(({ density, rewind, draw }) => density < 1 || rewind !== 0 || draw > 0);
  const broken = lines.filter((line) => barrierOf(testError(line)) === null).length;
  const notes = [
    `The barrier is the highest error over ${points} evenly spaced points of the straight line between two networks less the mean error of its ends; below 2 points two networks count as linearly connected, and what trained them as stable (Frankle et al. 2020). Lines are between ${at === 'end' ? 'the last weights' : 'the weights of the lowest validation loss'}; errors are on the whole test set${trainingExamples > 0 ? `, and on ${formatInteger(trainingExamples)} training examples of both, or as many as there are` : ''}.`,
    `The unit of inference is the trial: ${children > 2 ? `the barriers of all pairs of ${children} children are averaged within their trial first, and ` : ''}barriers are ${meansOver(trials)}. Between trials intervals are jackknife ones, which leave out one trial with all of its pairs, since pairs that share a trial are not independent. All verdicts of this page are corrected together by Holm's method.`,
    `A ticket matches the dense network when it is less accurate by less than ${pointsOf(MATCHES_WITHIN)} points of test accuracy, which is tested over trials; both are trained in the trial's own order of examples.`,
    'Children of the dense network from a later iteration begin with its weights and a fresh optimiser, as tickets do, so that they differ in the order of examples and in nothing else.',
  ];
  notes.push(
    divergedNote(each, 'training'),
    ...(broken > 0
      ? [
          `${formatCount(broken, 'line')} of ${lines.length} have an error or a loss that is not a finite number and are in no mean.`,
        ]
      : []),
    ...[
      unfinishedNote(trained.length, planned.trained, 'trainings'),
      unfinishedNote(lines.length, planned.lines, 'lines'),
    ].filter((note) => note !== ''),
  );
  if (estimated !== null) {
    notes.push(
      estimated === 'all'
        ? 'Running statistics of batch normalisation are estimated anew at every point of every line, on those training examples.'
        : 'Running statistics of batch normalisation are interpolated as all other tensors are within a trial, and estimated anew at every point of lines between trials, matched or not, on those training examples: between networks whose units mean different things the variance of activations collapses (Jordan et al. 2023).',
    );
  }
  return notes;
}
