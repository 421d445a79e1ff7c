import type * as Plot from '@observablehq/plot';
import type { Summary } from '../../../analysis/index.js';
import type { CostOf, StudyComparison, StudyEntry } from '../../shared/schemes/compare.js';
import { allReach, type StudyGroup } from '../../shared/schemes/group.js';

/** The quality that one of the frontier's figures shows. */
export interface Quality {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly axis: string;
  readonly column: string;
  readonly scale: number;
  readonly of: (group: StudyGroup) => Summary | null;
  readonly cost: CostOf;
  /** Which end of the axis is good. */
  readonly better: 'above' | 'below';
}

/** A scheme's mark in a panel. */
export interface Mark {
  readonly entry: StudyEntry;
  readonly ticket: StudyGroup;
  readonly cost: number;
  /** Of that cost and accuracy. */
  readonly isOnFront: boolean;
  readonly label: string;
  readonly colour: string;
  readonly symbol: Plot.SymbolType;
  readonly isHollow: boolean;
  /** Null where no run has the quantity. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** How marks look by what their scheme is in the comparison; `other` is none of the three before it. */
export const markStyles = {
  imp: { colour: '#d55e00', symbol: 'star' },
  random: { colour: '#009e73', symbol: 'triangle' },
  front: { colour: '#0072b2', symbol: 'circle' },
  other: { colour: '#6b7580', symbol: 'circle' },
} as const;

/** In trainings of the dense network. */
const costOf = ({ findingInTrainings, totalInTrainings }: StudyGroup, cost: CostOf) =>
  cost === 'finding' ? findingInTrainings : totalInTrainings;

/** The marks of a density: every scheme whose ticket is found and whose cost is known, values in the axis's units. */
export function marksOf(comparison: StudyComparison, density: number, quality: Quality): Mark[] {
  return comparison.entries.flatMap((entry): Mark[] => {
    const { ticket, scheme } = entry;
    if (entry.density !== density || ticket === null || costOf(ticket, quality.cost) === null) return [];
    const summary = quality.of(ticket);
    const role =
      scheme === comparison.imp
        ? 'imp'
        : scheme === comparison.random
          ? 'random'
          : entry.onFront[quality.cost] && quality.better === 'above'
            ? 'front'
            : 'other';
    const isHollow = quality.better === 'below' && !allReach(ticket.reach);
    const { reached, runs } = ticket.reach;
    const interval = isHollow ? null : (summary?.interval ?? null);
    return [
      {
        entry,
        ticket,
        cost: costOf(ticket, quality.cost)!,
        isOnFront: entry.onFront[quality.cost],
        label: isHollow && summary !== null ? `${scheme.title} (${reached} of ${runs})` : scheme.title,
        ...markStyles[role],
        isHollow,
        value: summary === null ? null : summary.mean * quality.scale,
        low: interval && interval.low * quality.scale,
        high: interval && interval.high * quality.scale,
      },
    ];
  });
}
