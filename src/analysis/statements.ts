import {
  type Comparison,
  findContrast,
  type LevelComparison,
  type MetricContrast,
  nearestLevel,
} from './comparison.js';
import { conditionName } from './conditions.js';
import { confidenceText } from './estimate-words.js';
import { formatCount, formatDensity, formatFixed, formatP, formatShare, formatSigned } from './format.js';
import { type Outcome, type UndecidedReason, type Verdict, verdict } from './verdict.js';
import { verdictText } from './verdict-words.js';

/** The density at which Frankle and Carbin report their tickets to be fastest (their section 2). */
export const PAPER_DENSITY = 0.21;

/** One claim of the hypothesis, judged. */
export interface Statement {
  /** Null where the statement describes rather than tests. */
  readonly outcome: Outcome | null;
  /** Why a claim stays undecided; null otherwise. */
  readonly reason: UndecidedReason | null;
  /** Stable name: `earlier-than-dense`, `earlier-than-dense-best`, `earlier-than-reinitialise`, ... */
  readonly id: string;
  /** The claim in a few words. */
  readonly claim: string;
  /** What was found, in plain words, with numbers, interval and verdict. */
  readonly sentence: string;
  readonly level: number | null;
  readonly density: number | null;
  /** The numbers behind it: iterations, or shares of 1; null when the claim is about several levels. */
  readonly numbers: MetricContrast | null;
}

const iterations = (value: number) => formatSigned(value, 0);
const points = (value: number) => formatSigned(value * 100, 2);

/**
 * "38% earlier than", "12% later than", "as early as"; "at the same time as" where nothing lies between; without a share where
 * there is no ratio, the other being at iteration 0.
 *
 * @param difference in iterations, of the means that the ratio is of
 */
export function earlierThan({ ratio, mean: difference }: Pick<MetricContrast, 'ratio' | 'mean'>): string {
  if (difference === 0) return 'at the same time as';
  if (ratio === null) {
    return difference === null || Number.isNaN(difference)
      ? 'at a time not comparable with'
      : `${difference < 0 ? 'earlier' : 'later'} than`;
  }
  const percent = Math.round(Math.abs(1 - ratio) * 100);
  if (percent === 0) return 'as early as';
  return `${percent}% ${ratio < 1 ? 'earlier' : 'later'} than`;
}

/** "0.42 points more accurate than", "as accurate as"; of a difference of shares, and where it was measured. */
export function accurateThan(difference: number, where = ''): string {
  if (Number.isNaN(difference)) return `not comparable in accuracy${where} with`;
  const size = formatFixed(Math.abs(difference) * 100, 2);
  return size === '0.00'
    ? `as accurate${where} as`
    : `${size} points ${difference > 0 ? 'more' : 'less'} accurate${where} than`;
}

function evidence(numbers: MetricContrast, format: (value: number) => string, unit: string): string {
  const interval = numbers.p === null ? '' : confidenceText(numbers.interval, format, ', ');
  return `difference ${format(numbers.mean!)} ${unit}${interval}, ${formatCount(numbers.n, 'trial')}`;
}

/** "At 21.0% of weights". */
export function atLevel(level: LevelComparison): string {
  return `At ${formatDensity(level.density)}% of weights`;
}

function earlierSentence(level: LevelComparison, against: string, numbers: MetricContrast, judged: Verdict): string {
  const found = evidence(numbers, iterations, 'iterations');
  return `${atLevel(level)} the ticket reaches its early stop ${earlierThan(numbers)} ${conditionName(against)} (${found}): ${verdictText(judged)}.`;
}

function earlier(level: LevelComparison, against: string): Statement {
  const numbers = findContrast(level, against)!.metrics.earlyStop;
  const judged = verdict(numbers, 'below');
  return {
    id: `earlier-than-${against}`,
    claim: `The ticket stops earlier than ${conditionName(against)}`,
    ...judged,
    sentence: earlierSentence(level, against, numbers, judged),
    level: level.level,
    density: level.density,
    numbers,
  };
}

function moreAccurate(level: LevelComparison, against: string): Statement {
  const numbers = findContrast(level, against)!.metrics.testAtEarlyStop;
  const judged = verdict(numbers, 'above');
  const words = accurateThan(numbers.mean!, ' at its early stop');
  const accuracies = `test accuracy ${formatShare(numbers.ticketMean!)} against ${formatShare(numbers.otherMean!)}`;
  return {
    id: `more-accurate-than-${against}`,
    claim: `The ticket is more accurate than ${conditionName(against)}`,
    ...judged,
    sentence: `${atLevel(level)} the ticket is ${words} ${conditionName(against)} (${accuracies}; ${evidence(numbers, points, 'points')}): ${verdictText(judged)}.`,
    level: level.level,
    density: level.density,
    numbers,
  };
}

/** The fastest level, which was picked after looking and so is held to Holm's corrected p. */
function earlierAtBest(comparison: Comparison, against: string): Statement | null {
  const tested = comparison.levels.flatMap((level) => {
    const numbers = findContrast(level, against)?.metrics.earlyStop;
    return numbers === undefined || numbers.ratio === null ? [] : [{ level, numbers }];
  });
  if (tested.length < 2) return null;
  const best = tested.reduce((a, b) => (b.numbers.ratio! < a.numbers.ratio! ? b : a));
  const judged = verdict(best.numbers, 'below', best.numbers.holmP);
  const isSignificant = ({ numbers }: { numbers: MetricContrast }) => numbers.holmP !== null && numbers.holmP < 0.05;
  const sooner = tested.filter((entry) => isSignificant(entry) && entry.numbers.mean! < 0).length;
  const later = tested.filter((entry) => isSignificant(entry) && entry.numbers.mean! > 0).length;
  const corrected =
    best.numbers.holmP === null
      ? ''
      : ` (${formatP(best.numbers.holmP)} after Holm's correction over ${tested.length} levels)`;
  const count =
    best.numbers.n < 2
      ? ''
      : ` Over all ${tested.length} levels, tickets stop significantly earlier at ${sooner} and significantly later at ${later}.`;
  const sentence = earlierSentence(best.level, against, best.numbers, judged).replace(/\.$/, '');
  return {
    id: `earlier-than-${against}-best`,
    claim: `At its best level the ticket stops earlier than ${conditionName(against)}`,
    ...judged,
    sentence: `Fastest level: ${sentence.replace(/^At/, 'at')}${corrected}.${count}`,
    level: best.level.level,
    density: best.level.density,
    numbers: best.numbers,
  };
}

/** Down to which density the trials show no loss of test accuracy at early stop against the dense network. */
function matches(comparison: Comparison): Statement | null {
  const tested = comparison.levels.flatMap((level) => {
    const numbers = findContrast(level, 'dense')?.metrics.testAtEarlyStop;
    return numbers === undefined || numbers.interval === null || numbers.p === null ? [] : [{ level, numbers }];
  });
  if (tested.length === 0) return null;
  const lost = tested.findIndex(({ numbers }) => numbers.interval!.high < 0);
  const kept = lost === -1 ? tested : tested.slice(0, lost);
  const last = kept.at(-1);
  const describe = ({ numbers }: (typeof tested)[number]) => evidence(numbers, points, 'points');
  const fall = lost === -1 ? undefined : tested[lost];
  const fallSentence =
    fall === undefined ? '' : ` At ${formatDensity(fall.level.density)}% it is less accurate (${describe(fall)}).`;
  if (last === undefined) {
    return {
      id: 'matches-dense',
      claim: 'The ticket matches the dense accuracy',
      outcome: 'contradicted',
      reason: null,
      sentence: `The ticket is less accurate than the dense network from its first level on.${fallSentence}`,
      level: null,
      density: null,
      numbers: null,
    };
  }
  const byMeans = [...kept].reverse().find(({ numbers }) => numbers.mean! >= 0);
  const means =
    byMeans === undefined
      ? ' At no level does its mean accuracy reach the dense one.'
      : ` Its mean accuracy is at or above the dense one down to ${formatDensity(byMeans.level.density)}%.`;
  const bound = last.numbers.interval!.low < 0 ? formatFixed(-last.numbers.interval!.low * 100, 2) : null;
  const excluded =
    bound === null
      ? 'there its whole interval is above the dense accuracy'
      : `there a loss of more than ${bound} points is excluded`;
  const judged = verdict(last.numbers, 'above');
  return {
    id: 'matches-dense',
    claim: 'The ticket matches the dense accuracy',
    // No loss was found: that is support only where the gain is shown, otherwise absence of evidence.
    outcome: judged.outcome,
    reason: judged.outcome === 'undecided' ? { kind: 'no-loss-found' } : judged.reason,
    sentence: `Down to ${formatDensity(last.level.density)}% of weights no loss of test accuracy at early stop against the dense network is found; ${excluded} (${describe(last)}).${means}${fallSentence}`,
    level: last.level.level,
    density: last.level.density,
    numbers: last.numbers,
  };
}

/** "80.0% to 26.3%, 16.9%": neighbours of one list run together. */
function densityRanges(all: readonly LevelComparison[], some: readonly LevelComparison[]): string {
  const places = some.map((level) => all.indexOf(level));
  const starts = places.filter((place) => !places.includes(place - 1));
  const name = (place: number) => `${formatDensity(all[place].density)}%`;
  return starts
    .map((start) => {
      let end = start;
      while (places.includes(end + 1)) end++;
      return end === start ? name(start) : `${name(start)} to ${name(end)}`;
    })
    .join(', ');
}

/** Frankle and Carbin's definition of a winning ticket, over the levels. */
function winning(comparison: Comparison): Statement | null {
  const judged = comparison.levels.filter((level) => level.winning !== null);
  if (judged.length === 0) return null;
  const winners = judged.filter((level) => level.winning!.byMeans);
  const all = judged.filter((level) => level.winning!.trials === level.winning!.of);
  const list = (levels: readonly LevelComparison[]) => densityRanges(judged, levels);
  const definition = 'test accuracy at early stop not lower than the dense network\u2019s, early stop not later';
  return {
    id: 'winning-levels',
    claim: 'There are winning tickets',
    outcome: null,
    reason: null,
    sentence:
      winners.length === 0
        ? `By means over trials no level holds a winning ticket (${definition}).`
        : `By means over trials the tickets at ${list(winners)} are winning tickets (${definition}); ${all.length === 0 ? 'at no level' : `at ${list(all)}`} in every single trial.`,
    level: null,
    density: null,
    numbers: null,
  };
}

/**
 * The claims of the hypothesis, judged by this run. The level nearest 21% of weights is fixed beforehand, by the paper;
 * the best level is picked from the data and corrected for it.
 */
export function statements(comparison: Comparison, density = PAPER_DENSITY): Statement[] {
  const found: (Statement | null)[] = [];
  const dense = nearestLevel(comparison, density);
  if (dense !== undefined) found.push(earlier(dense, 'dense'), moreAccurate(dense, 'dense'));
  for (const control of comparison.controls) {
    const level = nearestLevel(comparison, density, control);
    if (level === undefined || findContrast(level, control)!.metrics.earlyStop.n === 0) continue;
    found.push(earlier(level, control), moreAccurate(level, control));
  }
  found.push(earlierAtBest(comparison, 'dense'), matches(comparison), winning(comparison));
  return found.filter((statement) => statement !== null);
}
