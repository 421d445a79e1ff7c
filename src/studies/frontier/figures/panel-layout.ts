import { formatFixed } from '../../../analysis/index.js';
import { cutAxis } from '../../../figures/cut-axis.js';
import { denseGroup, type StudyComparison } from '../../shared/schemes/compare.js';
import type { CostAxis } from './cost-axis.js';
import type { Mark, Quality } from './marks.js';

/** What a panel shows: the tickets of one density. */
export interface Panel {
  readonly density: number;
  readonly marks: readonly Mark[];
  readonly axis: CostAxis;
  /** The last panel carries the cost axis of all. */
  readonly isLast: boolean;
}

/** A point of a panel, in the units of its axes: decades of cost across, the quality's units upwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A mark where it is drawn, which is at the axis's foot or in the band at the top where its value is not on the axis. */
export interface PlacedMark extends Mark, Point {
  /** Far below the values that the axis shows. */
  readonly isUnder: boolean;
}

/** The dense network's mean with its interval, in the quality's units. */
export interface DenseLine {
  readonly mean: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Where everything in a panel lies, in the units of its axes. */
export interface PanelLayout {
  readonly dense: DenseLine | null;
  /** The ends of the values that the vertical axis shows. */
  readonly values: { readonly low: number; readonly high: number };
  /** The vertical axis's upper end: above the values where there is a band for those that never get there. */
  readonly top: number;
  /** The middle of that band; null where there is none. */
  readonly never: number | null;
  readonly marks: readonly PlacedMark[];
  /** The marks with an interval to draw. */
  readonly bars: readonly PlacedMark[];
  /** Corners of the Pareto front's line, from left to right; none where the quality has no front. */
  readonly steps: readonly Point[];
}

function denseLine(comparison: StudyComparison, { of, scale }: Quality): DenseLine | null {
  const group = denseGroup(comparison, '');
  const summary = group === null ? null : of(group);
  if (summary === null) return null;
  const { mean, interval } = summary;
  return {
    mean: mean * scale,
    interval: interval && { low: interval.low * scale, high: interval.high * scale },
  };
}

/** The range of the vertical axis, without the band of those that never get there. */
function valueRange(marks: readonly Mark[], dense: DenseLine | null, isAbove: boolean) {
  const known = [...marks.flatMap(({ value }) => value ?? []), ...(dense === null ? [] : [dense.mean])];
  const ends = marks.flatMap(({ low, high }) => (low === null || high === null ? [] : [low, high]));
  return cutAxis(known.length > 0 ? known : [0], {
    ends,
    // Iterations have no outliers; beside them there is a band for those that never get there.
    isWhole: !isAbove,
    ...(isAbove ? { most: 100 } : {}),
  });
}

/** Steps along the front, from cheap to dear, as far as the axis goes. */
function frontSteps(marks: readonly PlacedMark[], end: number): Point[] {
  const on = marks
    .filter(({ isOnFront, value, isUnder }) => isOnFront && value !== null && !isUnder)
    .sort((a, b) => a.x - b.x)
    // Equals on the front are one step.
    .filter((mark, i, all) => i === 0 || mark.value! > all[i - 1].value!);
  const steps = on.flatMap((mark, i) => [
    ...(i === 0 ? [] : [{ x: mark.x, y: on[i - 1].value! }]),
    { x: mark.x, y: mark.value! },
  ]);
  return steps.length === 0 ? [] : [...steps, { x: end, y: steps[steps.length - 1].y }];
}

/** Decides where everything in a panel lies before any of it is drawn. */
export function layoutPanel(comparison: StudyComparison, quality: Quality, panel: Panel): PanelLayout {
  const { axis } = panel;
  const isAbove = quality.better === 'above';
  const dense = denseLine(comparison, quality);
  const { low, high } = valueRange(panel.marks, dense, isAbove);
  const hasNever = panel.marks.some(({ value }) => value === null);
  const band = (high - low) * 0.3;
  const never = high + band / 2;
  const top = hasNever ? high + band : high;
  const foot = low + (top - low) * 0.03;
  const places = axis.place(panel.marks.map(({ cost }) => cost));
  const marks = panel.marks.map((mark, i): PlacedMark => {
    const x = places[i];
    const { value, label } = mark;
    if (value === null) return { ...mark, x, y: never, isUnder: false };
    if (value < low) return { ...mark, x, y: foot, label: `${label} ${formatFixed(value, 1)}%`, isUnder: true };
    return { ...mark, x, y: value, isUnder: false };
  });
  return {
    dense,
    values: { low, high },
    top,
    never: hasNever ? never : null,
    marks,
    bars: marks.filter((mark) => !mark.isUnder && mark.value !== null && mark.low !== null),
    steps: isAbove ? frontSteps(marks, axis.domain[1]) : [],
  };
}
