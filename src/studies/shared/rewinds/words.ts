import { conditionOf } from '../../../analysis/conditions.js';
import type { JudgedClaim } from '../../../analysis/family.js';
import { formatDensity, formatFixed, formatInteger, formatList, formatP } from '../../../analysis/format.js';
import type { Summary } from '../../../analysis/summary.js';
import type { Outcome } from '../../../analysis/verdict.js';
import type { WeightsAt } from '../../../experiments/results.js';
import type { TrainedPoint } from './points.js';

/** Numbers of studies of rewinds in words, the same in findings and tables. */

/** "the initialisation", "iteration 2,000". */
export const rewindName = (rewind: number): string =>
  rewind === 0 ? 'the initialisation' : `iteration ${formatInteger(rewind)}`;

/** "the dense network", "21.0% of weights". */
export const networkName = (density: number): string =>
  density === 1 ? 'the dense network' : `${formatDensity(density)}% of weights`;

/** "at early stop", "at the end". */
export const weightsAtText = (at: WeightsAt): string => (at === 'end' ? 'at the end' : 'at early stop');

/** A share in percentage points, without its sign: "2.13". */
export const pointsOf = (share: number): string => formatFixed(share * 100, 2);

/** "3", "2 of 3", "2 of 3, 1 left out": trials that a mean is over, and runs that are in none. */
export function trialsOf(found: Summary | null, trials: number): string {
  const n = found?.n ?? 0;
  const leftOut = found === null || found.leftOut === 0 ? '' : `, ${found.leftOut} left out`;
  return `${n === trials ? trials : `${n} of ${trials}`}${leftOut}`;
}

/** "stable (p = 0.012)", "undecided": as a table has it, whose note says that p is corrected. */
export function judgedCell({ holmP, verdict }: JudgedClaim, words: Readonly<Record<Outcome, string>>): string {
  const word = words[verdict.outcome];
  return verdict.reason !== null || holmP === null ? word : `${word} (${formatP(holmP)})`;
}

/** "from the initialisation and iterations 100 and 500". */
export function fromRewinds(rewinds: readonly number[]): string {
  const later = rewinds.filter((rewind) => rewind > 0);
  const numbers = formatList(later.map(formatInteger));
  const iterations = later.length === 0 ? [] : [`${later.length === 1 ? 'iteration' : 'iterations'} ${numbers}`];
  return `from ${formatList([...(rewinds.includes(0) ? ['the initialisation'] : []), ...iterations])}`;
}

/** Where something stands in a study of rewinds. */
interface DensityAndRewind {
  readonly density: number;
  readonly rewind: number;
}

/**
 * "20.0% (from every rewind); 5.0% (from iteration 500)": places by density.
 *
 * @param all of which some may be given
 */
export function listPlaces(places: readonly DensityAndRewind[], all: readonly DensityAndRewind[]): string {
  if (places.length > 0 && places.length === all.length) return 'every density and rewind';
  const at = (some: readonly DensityAndRewind[], density: number) =>
    some.filter((place) => place.density === density).map(({ rewind }) => rewind);
  return [...new Set(places.map(({ density }) => density))]
    .map((density) => {
      const rewinds = at(places, density);
      const from = rewinds.length === at(all, density).length ? 'from every rewind' : fromRewinds(rewinds);
      return `${density === 1 ? 'dense' : `${formatDensity(density)}%`} (${from})`;
    })
    .join('; ');
}

/** "means over 3 trials with 95% t intervals". */
export const meansOver = (trials: number): string =>
  trials === 1
    ? 'of one trial, so without intervals'
    : `means over ${formatInteger(trials)} trials with 95% t intervals`;

/** Which trainings diverged, for the notes; a sentence either way. */
export function divergedNote(trained: readonly TrainedPoint[], subject: string): string {
  const diverged = trained.filter(({ status }) => status === 'diverged');
  if (diverged.length === 0) return `No ${subject} diverged; each is in its mean.`;
  const which = diverged.map(
    ({ condition, density, rewind, trial, draw }) =>
      `${conditionOf(condition).title}${density === 1 ? '' : ` at ${formatDensity(density)}%`}${rewind === null ? '' : ` from ${rewindName(rewind)}`}, trial ${trial + 1}${draw > 0 ? `, draw ${draw + 1}` : ''}`,
  );
  return `${diverged.length} diverged and ${diverged.length === 1 ? 'is' : 'are'} in no mean: ${which.join('; ')}.`;
}

/** What has not finished, for the notes; "" where all of it has. */
export function unfinishedNote(finished: number, planned: number, what: string): string {
  return finished === planned
    ? ''
    : `${formatInteger(finished)} of ${formatInteger(planned)} ${what} are finished; means are over those, and each says over how many trials.`;
}
