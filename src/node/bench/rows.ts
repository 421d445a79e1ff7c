/** One line of the benchmark: what was timed, on what, and how long it took. */
export interface BenchRow {
  /** What was timed, such as `step` or `linear_forward fc1`. */
  readonly case: string;
  /** `lottery-lab`, or a peer with its version. */
  readonly engine: string;
  /** What computes: `wasm` or `native`, or a peer's own. */
  readonly kernels: string;
  readonly threads: number;
  /** Share of weights kept. */
  readonly density: number;
  readonly msMedian: number;
  readonly msMin: number;
  readonly msMax: number;
  /** Samples that the median is taken of. */
  readonly repetitions: number;
  /** Billions of floating-point operations a second at the median; absent where they are not counted. */
  readonly gflops?: number;
}

/** What a benchmark case is, before it is timed. */
export type BenchCase = Pick<BenchRow, 'case' | 'engine' | 'kernels' | 'threads' | 'density'>;

/**
 * The row of a case from its samples.
 *
 * @param samples milliseconds, in any order; at least one
 * @param flops floating-point operations of one repetition, if counted
 */
export function rowOf(what: BenchCase, samples: readonly number[], flops?: number): BenchRow {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const msMedian = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return {
    ...what,
    msMedian,
    msMin: sorted[0],
    msMax: sorted[sorted.length - 1],
    repetitions: sorted.length,
    ...(flops === undefined ? {} : { gflops: flops / msMedian / 1e6 }),
  };
}

/** Our own engine, as rows name it before it is known which kernels compute. */
export const ours = { engine: 'lottery-lab', kernels: 'wasm', threads: 1 } as const;
