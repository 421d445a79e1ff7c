import { type Comparison, findContrast, findGroup, type LevelComparison, nearestLevel } from './comparison.js';
import { conditionName } from './conditions.js';
import { confidenceText } from './estimate-words.js';
import { formatCount, formatFixed, formatList } from './format.js';
import type { Metric } from './metrics.js';
import { PAPER_DENSITY, type Statement, statements } from './statements/index.js';
import { accurateThan, atLevel, fasterInterval, fasterThan, lowerThan } from './statements/words.js';
import type { Outcome } from './verdict.js';

const learns: Readonly<Record<Outcome, string>> = {
  supported: 'learns faster than',
  contradicted: 'learns more slowly than',
  undecided: 'is not shown to learn faster or more slowly than',
};

interface Compared {
  readonly against: string;
  readonly statement: Statement;
}

/** "the dense network (3.4 times as fast, 95% interval 3.1 to 3.8)". */
function opponentText(level: LevelComparison, { against }: Compared, isTimed: boolean): string {
  const metric: Metric = isTimed ? 'timeToLoss' : 'lossArea';
  const numbers = findContrast(level, against)!.metrics[metric];
  const two = (value: number) => formatFixed(value, 2);
  const size = isTimed
    ? `${fasterThan(numbers).replace(/ (?:as|with)$/, '')}${fasterInterval(numbers, ', ')}`
    : `mean validation loss ${lowerThan(numbers).replace(/ than$/, '')}${confidenceText(numbers.ratioInterval, two, ', ratio: ')}`;
  return `${conditionName(against)} (${size})`;
}

/** Whether tickets learn faster, than what, by how much, and in how many trials. */
function speedSentence(comparison: Comparison, level: LevelComparison, all: readonly Statement[]): string {
  const isTimed = comparison.measures.loss !== null;
  const compared = ['dense', 'reinitialise'].flatMap((against): Compared[] => {
    const id = isTimed ? `learns-faster-than-${against}` : `lower-loss-than-${against}`;
    const statement = all.find((one) => one.id === id);
    return statement === undefined || statement.level !== level.level ? [] : [{ against, statement }];
  });
  const clauses = (['supported', 'contradicted', 'undecided'] as const).flatMap((outcome) => {
    const own = compared.filter(({ statement }) => statement.outcome === outcome);
    if (own.length === 0) return [];
    return [`${learns[outcome]} ${formatList(own.map((one) => opponentText(level, one, isTimed)))}`];
  });
  const trials = findContrast(level, 'dense')!.metrics.lossArea.n;
  const each = all.find(({ id }) => id === 'learns-faster-in-every-trial')?.sentence.match(/in (\d+ of \d+ trials)/);
  const held =
    each != null && compared.every(({ statement }) => statement.outcome === 'supported')
      ? `, in ${each[1]}`
      : `, over ${formatCount(trials, 'trial')}`;
  const loss = isTimed ? `, timed to a validation loss of ${comparison.measures.loss}` : '';
  return `${atLevel(level)} the ticket ${clauses.join(', and ')}${held}${loss}.`;
}

/** "It is 0.42 points more accurate at its early stop than the dense network (undecided)." */
function accuracySentence(all: readonly Statement[]): string {
  const clauses = ['dense', 'reinitialise'].flatMap((against) => {
    const found = all.find(({ id }) => id === `more-accurate-than-${against}`);
    if (found?.numbers == null || found.numbers.mean === null) return [];
    const hedge = found.outcome !== 'undecided' ? '' : found.numbers.n < 2 ? ' (one trial)' : ' (undecided)';
    return [`${accurateThan(found.numbers.mean)} ${conditionName(against)}${hedge}`];
  });
  return clauses.length === 0 ? '' : ` At its early stop it is ${formatList(clauses)}.`;
}

/** The finding in one plain sentence or two, for the head of a report. */
export function headline(comparison: Comparison, density = PAPER_DENSITY): string {
  const level = nearestLevel(comparison, density);
  if (level === undefined) {
    if (comparison.finished === 0) return 'No training run has finished yet.';
    if (comparison.finished < comparison.planned) {
      return 'No ticket has finished yet, so there is nothing to compare.';
    }
    // "Yet" would promise what the run does not have.
    return comparison.levels.some((one) => findGroup(one, 'ticket') !== undefined)
      ? 'Of every ticket and its dense network one diverged, so there is nothing to compare.'
      : 'The run is of the dense network alone and has no ticket, so there is nothing to compare.';
  }
  const all = statements(comparison, density);
  return `${speedSentence(comparison, level, all)}${accuracySentence(all)}`;
}
