import type { Stream } from '../random/stream.js';

/** Numbers drawn by the kernels, so that they are the same bits on every target. */
export interface Sampler {
  /** `count` draws of the standard normal law, float32. */
  normal(stream: Stream, count: number): Float32Array;
  /** `count` draws of the uniform law on the open interval (0, 1), float32. */
  uniform(stream: Stream, count: number): Float32Array;
}
