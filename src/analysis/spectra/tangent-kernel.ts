import type { Tensors } from '../../networks/network.js';
import type { Probe } from '../../training/probe.js';
import { addGram, symmetricEigenvalues } from './gram.js';
import type { Survivors } from './survivors.js';

/** The spectrum of a neural tangent kernel on so many examples. */
export interface TangentKernel {
  readonly examples: number;
  readonly trace: number;
  readonly largest: number;
  readonly smallest: number;
  /** Largest over smallest; null where the smallest is too small to be distinguished from zero. */
  readonly condition: number | null;
}

export interface TangentKernelOptions {
  /** Examples that the probe takes. */
  readonly examples: number;
  readonly classes: number;
  /** Awaited before the gradients of each class, so that the event loop can have its turn. */
  readonly pause?: () => Promise<void>;
}

/** Gradients kept at once: 256 MiB of them. */
const ROOM = 2 ** 26;

/** Gradients in single precision leave the kernel uncertain by some such share of its largest eigenvalue. */
const RESOLVED = 1e-6;

/**
 * The empirical neural tangent kernel (Jacot, Gabriel and Hongler 2018) of a network on the examples of a probe: the mean over
 * classes of the Gram matrices `[example][example]` of the gradients of that class's logit with respect to the surviving
 * weights. Biases and batch normalisation are left out: they are the same in every ticket of a network, and a bias of the
 * output would add the same number to every entry.
 *
 * Gradients of one class are kept at a time, and of no more survivors than fit into 256 MiB.
 *
 * @returns null where a gradient is not finite
 */
export async function tangentKernel(
  probe: Pick<Probe, 'logitGradients'>,
  weights: Tensors,
  survivors: Survivors,
  { examples, classes, pause }: TangentKernelOptions,
): Promise<TangentKernel | null> {
  const sums = new Float64Array(examples * examples);
  const width = Math.max(1, Math.floor(ROOM / Math.max(1, examples)));
  for (let from = 0; from < survivors.size; from += width) {
    const to = Math.min(survivors.size, from + width);
    for (let logit = 0; logit < classes; logit++) {
      await pause?.();
      const rows: Float32Array[] = [];
      probe.logitGradients(weights, logit, (_, gradients) => rows.push(survivors.packRange(gradients, from, to)));
      addGram(rows, sums);
    }
  }
  const eigenvalues = symmetricEigenvalues(
    sums.map((sum) => sum / classes),
    examples,
  );
  if (eigenvalues === null || eigenvalues.length === 0) return null;
  const [largest] = eigenvalues;
  const smallest = eigenvalues[eigenvalues.length - 1];
  return {
    examples,
    // The mean diagonal's sum rather than that of eigenvalues: it has no rounding of theirs.
    trace: Array.from({ length: examples }, (_, e) => sums[e * examples + e] / classes).reduce((a, b) => a + b, 0),
    largest,
    smallest,
    condition: smallest > RESOLVED * largest ? largest / smallest : null,
  };
}
