import { type Comparison, findGroup, nearestLevel } from './comparison.js';
import { conditionName } from './conditions.js';
import { accurateThan, atLevel, earlierThan, PAPER_DENSITY, type Statement, statements } from './statements.js';

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
  const find = (id: string) => all.find((statement) => statement.id === id);
  const speed = find('earlier-than-dense')!;
  const gain = find('more-accurate-than-dense')!;
  const hedge = ({ outcome, numbers }: Statement) =>
    outcome === 'undecided' ? (numbers!.n < 2 ? ' (one trial)' : ' (undecided)') : '';
  const clauses = (sooner: Statement, better: Statement, against: string) =>
    `stops ${earlierThan(sooner.numbers!)} ${conditionName(against)}${hedge(sooner)} and is ${accurateThan(better.numbers!.mean!)} it${hedge(better)}.`;
  const parts = [`${atLevel(level)} the ticket ${clauses(speed, gain, 'dense')}`];
  const reSpeed = find('earlier-than-reinitialise');
  const reGain = find('more-accurate-than-reinitialise');
  if (reSpeed !== undefined && reGain !== undefined) {
    parts.push(`It ${clauses(reSpeed, reGain, 'reinitialise')}`);
  }
  return parts.join(' ');
}
