import { StreamReader, stream } from '../../random/stream.js';
import { deviation, mean } from '../intervals.js';
import type { SymmetricProduct } from './lanczos.js';

/** A trace as it is estimated. */
export interface TraceEstimate {
  readonly trace: number;
  /** Standard error over the draws; null for one draw, which says nothing of spread. */
  readonly error: number | null;
}

/**
 * The trace of a symmetric matrix from a few products: the mean of v . (A v) over vectors v of random signs, which is the
 * trace on average (Hutchinson, "A stochastic estimator of the trace of the influence matrix", 1989). Its variance is twice
 * the sum of squares off the diagonal, over the draws.
 *
 * @param size rows of the matrix
 * @param draws vectors, at least one; draw number k has a stream of its own
 * @returns null where a product is not finite
 */
export async function hutchinson(
  product: SymmetricProduct,
  size: number,
  draws: number,
  seed: number,
): Promise<TraceEstimate | null> {
  const found: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const reader = new StreamReader(stream(seed, 'hutchinson', draw));
    const signs = new Float64Array(size);
    for (let i = 0, word = 0; i < size; i++) {
      if (i % 32 === 0) word = reader.word();
      signs[i] = (word >>> (i % 32)) & 1 ? 1 : -1;
    }
    const image = await product(signs);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += signs[i] * image[i];
    found.push(sum);
  }
  if (!found.every(Number.isFinite)) return null;
  const spread = deviation(found);
  return { trace: mean(found), error: spread === null ? null : spread / Math.sqrt(draws) };
}
