import type { EstimatorName } from '../../analysis/information/estimators.js';
import type { MeasuredLayer } from '../../analysis/information/measured.js';
import type { InformationCourse, InformationFound } from './found.js';

/** Of what a layer tells: the input, I(X;T), or the label, I(T;Y). */
export type Quantity = 'ofInput' | 'ofLabel';

/** One quantity of one layer in one training, in bits by iteration. */
export interface Series {
  readonly trial: number;
  readonly iterations: readonly number[];
  readonly values: readonly number[];
}

export const coursesOf = ({ courses }: InformationFound, condition: string): InformationCourse[] =>
  courses.filter((course) => course.condition === condition).sort((a, b) => a.trial - b.trial);

/** Layers of the study's network; empty before anything is measured. */
export const layersOf = ({ courses }: InformationFound): readonly MeasuredLayer[] => courses[0]?.measured.layers ?? [];

/** Examples that were looked at in each training; 0 before anything is measured. */
export const examplesOf = ({ courses }: InformationFound): number => courses[0]?.measured.examples ?? 0;

/** The most that an estimator with bins or distances finds of N examples, in bits. */
export const mostOf = (found: InformationFound): number => Math.log2(Math.max(1, examplesOf(found)));

/** Bits below log2 N from which on an estimate counts as saturated. */
export const SATURATED = 0.05;

/** A layer's courses under one condition, by trial; a training that lacks any of its values is left out. */
export function seriesOf(
  found: InformationFound,
  estimator: EstimatorName,
  condition: string,
  layer: number,
  quantity: Quantity,
): Series[] {
  return coursesOf(found, condition).flatMap(({ trial, measured: { moments } }): Series[] => {
    const values = moments.flatMap(({ estimates }) => estimates[layer]?.[estimator]?.[quantity] ?? []);
    if (values.length === 0 || values.length < moments.length) return [];
    return [{ trial, iterations: moments.map(({ iteration }) => iteration), values }];
  });
}

/** The mean over trials at every iteration that all of them have. */
export function meanSeries(series: readonly Series[]): { readonly iteration: number; readonly value: number }[] {
  if (series.length === 0) return [];
  return series[0].iterations.flatMap((iteration) => {
    const values = series.flatMap(({ iterations, values }) => {
      const place = iterations.indexOf(iteration);
      return place < 0 ? [] : [values[place]];
    });
    if (values.length < series.length) return [];
    return [{ iteration, value: values.reduce((sum, value) => sum + value, 0) / values.length }];
  });
}

/**
 * The iteration at which a course first reaches a level, straight lines drawn between neighbours over log2(1 + iteration).
 *
 * @returns null where it never does
 */
export function reaches({ iterations, values }: Series, level: number): number | null {
  const place = values.findIndex((value) => value >= level);
  if (place < 0) return null;
  if (place === 0) return iterations[0];
  const [before, after] = [Math.log2(1 + iterations[place - 1]), Math.log2(1 + iterations[place])];
  const share = (level - values[place - 1]) / (values[place] - values[place - 1]);
  return 2 ** (before + share * (after - before)) - 1;
}
