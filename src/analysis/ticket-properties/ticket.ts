import type { TangentKernel } from '../spectra/tangent-kernel.js';
import type { DegreeSpread } from './degrees.js';
import type { PropertyValues } from './table.js';

/** How closely a ticket is looked at. */
export interface PropertyChoices {
  /** Training examples that loss, gradient and curvature are of, as many of each class; all where there are fewer. */
  readonly examples: number;
  /** Largest eigenvalues of the Hessian that are kept. */
  readonly eigenvalues: number;
  /** Steps of Lanczos's method. */
  readonly steps: number;
  /** Vectors of Hutchinson's estimator. */
  readonly draws: number;
  /** Examples of the tangent kernel, likewise. */
  readonly kernelExamples: number;
}

/** What was measured of one layer. Null where it is not defined. */
export interface LayerProperties {
  readonly layer: string;
  readonly kept: number;
  readonly total: number;
  readonly inDegree: DegreeSpread;
  readonly outDegree: DegreeSpread;
  readonly positive: number | null;
  readonly magnitude: number | null;
  /** Euclidean length of the gradient. */
  readonly gradient: number | null;
}

/** All that was measured of one ticket at one time, as plain data; null where it is not finite or not defined. */
export interface TicketProperties {
  readonly values: PropertyValues;
  readonly layers: readonly LayerProperties[];
  /** Of each hidden layer: live units, and bottlenecks among them. */
  readonly units: readonly {
    readonly layer: string;
    readonly units: number;
    readonly live: number;
    readonly bottlenecks: number;
  }[];
  /** g . g at the surviving weights: the decrease of the loss to first order, per unit of a step. */
  readonly decrease: number | null;
  /** Largest Hessian eigenvalues with their bounds, and the trace with its standard error. */
  readonly hessian: {
    readonly eigenvalues: readonly { readonly value: number; readonly bound: number }[];
    readonly trace: number;
    readonly error: number | null;
  } | null;
  readonly kernel: TangentKernel | null;
}
