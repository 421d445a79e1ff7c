import type { Tensors } from '../../networks/network.js';
import { deriveSeed, stream } from '../../random/stream.js';
import { hessianProduct } from '../../training/hessian.js';
import type { Probe } from '../../training/probe.js';
import { hutchinson, type TraceEstimate } from './hutchinson.js';
import { lanczos, type RitzValue } from './lanczos.js';
import type { Survivors } from './survivors.js';

/** How closely the curvature is looked at. */
export interface CurvatureChoices {
  /** Products of Lanczos's method. */
  readonly steps: number;
  /** Vectors of Hutchinson's estimator. */
  readonly draws: number;
  /** Of the start vector and of those vectors. */
  readonly seed: number;
  /** Awaited before each product, so that the event loop can have its turn. */
  readonly pause?: () => Promise<void>;
}

/** The curvature of the loss at a ticket's weights. */
export interface Curvature extends TraceEstimate {
  /** Of the Hessian, largest first: the first few are close to its own (see their bounds). */
  readonly eigenvalues: readonly RitzValue[];
}

/**
 * The Hessian of the mean loss over a probe's examples with respect to the surviving weights: its eigenvalues by Lanczos's
 * method and its trace by Hutchinson's, from products that are central differences of gradients; see `hessianProduct`.
 * Biases and batch normalisation are not among its directions.
 *
 * @returns null where the loss has no finite curvature, or no weight survives
 */
export async function curvatureAt(
  probe: Pick<Probe, 'gradients'>,
  weights: Tensors,
  survivors: Survivors,
  { steps, draws, seed, pause }: CurvatureChoices,
): Promise<Curvature | null> {
  const { size, names } = survivors;
  if (size === 0) return null;
  const product = async (vector: Float64Array) => {
    await pause?.();
    return survivors.pack(hessianProduct(probe, weights, survivors.unpack(vector), names));
  };
  const eigenvalues = await lanczos(product, size, steps, stream(seed, 'lanczos'));
  const trace = eigenvalues === null ? null : await hutchinson(product, size, draws, deriveSeed(seed, 'trace'));
  return eigenvalues === null || trace === null ? null : { eigenvalues, ...trace };
}
