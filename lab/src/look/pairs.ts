import {
  commonStart,
  type Interval,
  logOf,
  type MeasuredHow,
  pairByTrial,
  pairedDifference,
  ratioOf,
} from 'lottery-lab/analysis';
import type { CellResult, RunResults } from 'lottery-lab/experiments';
import { grouped } from '../parts/grouped.js';
import type { CellMeasure } from './measures.js';

/** One run less another, or over it, of networks of one condition and density, by trials that share their seeds. */
export interface PairedRow {
  readonly condition: string;
  /** Levels of the first and of the second run. */
  readonly levels: readonly [number, number];
  readonly density: number;
  readonly pairs: number;
  /** The mean difference, or the ratio of geometric means; null where a trial has no number. */
  readonly value: number | null;
  /** 95%, paired; null for fewer than two pairs. */
  readonly interval: Interval | null;
}

/** Densities that differ by less than this share of themselves are compared. */
const NEAR = 0.01;

/** Whether two trainings of the same trial saw the same order of examples: then they share the trial's seed. */
const sharesSeed = (one: CellResult, other: CellResult): boolean =>
  one.trial === other.trial && one.orderSeed === other.orderSeed;

/**
 * Two runs against one another, at equal conditions and densities. Trials are paired where their seeds are the same in both.
 *
 * @param measure compared by its own scale
 */
export function pairedRows(one: RunResults, other: RunResults, measure: CellMeasure): readonly PairedRow[] {
  const from = commonStart([...one.cells, ...other.cells]);
  const how = ({ measures }: RunResults): MeasuredHow => ({ ...measures, from });
  const levelsOf = ({ cells }: RunResults) =>
    grouped(
      cells.filter(({ condition }) => condition !== 'search'),
      ({ condition, level }) => `${condition} ${level}`,
    );
  const others = [...levelsOf(other).values()];
  return [...levelsOf(one).values()].flatMap((own): PairedRow[] => {
    const [{ condition, level, density }] = own;
    const match = others.find(([cell]) => cell.condition === condition && Math.abs(cell.density / density - 1) < NEAR);
    if (match === undefined) return [];
    const paired = own.filter((cell) => match.some((there) => sharesSeed(cell, there)));
    const there = match.filter((cell) => own.some((here) => sharesSeed(here, cell)));
    const measuredBy = (results: RunResults) => (cell: CellResult) => {
      const value = measure.of(cell, how(results));
      return measure.scale === 'ratio' && value !== null ? logOf(value) : value;
    };
    // Each side is measured by its own run: the loss that it is timed to is a setting.
    const cells = [
      ...paired.map((cell) => ({ cell, of: measuredBy(one) })),
      ...there.map((cell) => ({ cell, of: measuredBy(other) })),
    ].map(({ cell, of }) => ({ trial: cell.trial, status: cell.status, value: of(cell) }));
    const pairs = pairByTrial(cells.slice(0, paired.length), cells.slice(paired.length), ({ value }) => value);
    if (pairs.length === 0) return [];
    const difference = pairedDifference(pairs.map((pair) => pair.one - pair.other));
    const { ratio, interval } = ratioOf(difference);
    const isRatio = measure.scale === 'ratio';
    return [
      {
        condition,
        levels: [level, match[0].level],
        density,
        pairs: pairs.length,
        value: isRatio ? ratio : difference.mean,
        interval: isRatio ? interval : difference.interval,
      },
    ];
  });
}
