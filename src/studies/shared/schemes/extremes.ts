import { differenceByTrial } from '../../../analysis/by-trial.js';
import { type PairedDifference, pairedDifference } from '../../../analysis/paired.js';
import type { StudyPoint } from './found.js';
import { accuracyOf, type StudyGroup } from './group.js';

/** The least and the most accurate of several conditions, picked after looking. */
export interface Extremes {
  readonly groups: number;
  readonly most: StudyGroup;
  readonly least: StudyGroup;
  /** The most accurate less the least, paired by trial. */
  readonly difference: PairedDifference;
  /** The pairs that these two were picked from. */
  readonly pairs: number;
  /** p by Bonferroni's bound over those pairs, which holds whichever is picked; null where there is no test. */
  readonly p: number | null;
}

/**
 * @param pointsOf the runs of a condition
 * @returns null where fewer than two conditions have an accuracy
 */
export function extremesOf(
  groups: readonly StudyGroup[],
  pointsOf: (group: StudyGroup) => readonly StudyPoint[],
): Extremes | null {
  const found = groups.filter(({ accuracy }) => accuracy !== null);
  if (found.length < 2) return null;
  const byMean = (better: (a: number, b: number) => boolean) =>
    found.reduce((best, group) => (better(group.accuracy!.mean, best.accuracy!.mean) ? group : best));
  const most = byMean((a, b) => a > b);
  const least = byMean((a, b) => a < b);
  const difference =
    most === least ? pairedDifference([]) : differenceByTrial(pointsOf(most), pointsOf(least), accuracyOf);
  const pairs = (found.length * (found.length - 1)) / 2;
  const p = difference.p === null ? null : Math.min(1, difference.p * pairs);
  return { groups: found.length, most, least, difference, pairs, p };
}
