import type { Sampler } from '../kernels/kernels.js';
import { InputError } from '../networks/errors.js';
import { type Mask, type Network, parametersOf, prunableParameters, type Tensors } from '../networks/network.js';
import { stream } from '../random/stream.js';
import type { PackedWeights } from './checkpoint.js';
import type { LearnedMask, TrainingPlan } from './types.js';

/**
 * Masks that are learned, as functions of their scores; `kernels/learned.c` chooses the same weights. Packed tensors hold
 * scores where others hold weights.
 */

type LearningPlan = Pick<TrainingPlan, 'network' | 'learned' | 'mask' | 'pruned'>;

/**
 * What a plan says of a learned mask.
 *
 * @throws InputError when it contradicts itself, or asks for survivors that there are not
 */
export function learnedOf({ network, learned, mask, pruned }: LearningPlan): LearnedMask | undefined {
  if (learned === undefined) return undefined;
  if (mask || pruned === 'frozen') {
    const given = mask ? 'a mask' : 'frozen pruned weights';
    throw new InputError(`a plan learns its mask and has ${given} besides; expected one of the two. Leave one out.`);
  }
  if (learned.kind === 'supermask') {
    if (!Number.isFinite(learned.initial)) {
      throw new InputError(`the initial score of a supermask is ${learned.initial}; expected a finite number.`);
    }
    return learned;
  }
  const sizes = new Map(prunableParameters(network).map(({ name, size }) => [name, size]));
  for (const [name, count] of learned.counts) {
    const size = sizes.get(name);
    if (size === undefined) {
      const names = [...sizes.keys()].join(', ');
      throw new InputError(
        `survivors are counted for ${name}, which is no weight of ${network.name}; its weights are ${names}.`,
      );
    }
    if (!Number.isInteger(count) || count < 0 || count > size) {
      throw new InputError(`survivors of ${name} are ${count}; expected a whole number from 0 to ${size}.`);
    }
  }
  return learned;
}

/** Survivors of a tensor under edge-popup. */
export function survivorCount(
  { counts }: Extract<LearnedMask, { kind: 'edge-popup' }>,
  name: string,
  size: number,
): number {
  return counts.get(name) ?? size;
}

/**
 * The scores that learning begins with: all the same for a supermask; for edge-popup uniform within 1 / sqrt(fan in) of
 * zero, which is PyTorch's `kaiming_uniform_` with a = sqrt(5), as in the code of Ramanujan et al. 2020.
 *
 * @param seed of the stream `score`, whose index is the tensor's place among all parameters
 */
export function startScores(learned: LearnedMask, network: Network, seed: number, sampler: Sampler): Tensors {
  const scores = new Map<string, Float32Array>();
  parametersOf(network).forEach(({ name, role, size, fanIn }, place) => {
    if (role !== 'weight') return;
    if (learned.kind === 'supermask') {
      scores.set(name, new Float32Array(size).fill(learned.initial));
      return;
    }
    const bound = 1 / Math.sqrt(fanIn);
    scores.set(
      name,
      sampler.uniform(stream(seed, 'score', place), size).map((draw) => (2 * draw - 1) * bound),
    );
  });
  return scores;
}

/** The scores among packed tensors, by the name of the weights that they choose among. */
export function scoresOf(network: Network, packed: PackedWeights): Tensors {
  return new Map(
    parametersOf(network).flatMap(({ name, role }, place): [string, Float32Array][] =>
      role === 'weight' ? [[name, packed[place]]] : [],
    ),
  );
}

/**
 * The mask that scores come to: of a supermask, every weight that survives more often than not, score > 0; of edge-popup, so
 * many of largest magnitude, of equal ones the first being pruned first.
 */
export function maskOf(learned: LearnedMask, scores: Tensors): Mask {
  return new Map(
    [...scores].map(([name, values]): [string, Uint8Array] => [
      name,
      learned.kind === 'supermask'
        ? Uint8Array.from(values, (score) => (score > 0 ? 1 : 0))
        : largest(values, survivorCount(learned, name, values.length)),
    ]),
  );
}

function largest(scores: Float32Array, keep: number): Uint8Array {
  // Magnitudes in the order of their bits, in which a NaN is largest.
  const sizes = new Uint32Array(scores.slice().buffer).map((word) => word & 0x7fffffff);
  const bits = new Uint8Array(scores.length);
  if (keep === 0) return bits;
  const threshold = sizes.slice().sort()[scores.length - keep];
  let left = keep;
  for (const size of sizes) if (size > threshold) left--;
  for (let i = scores.length - 1; i >= 0; i--) {
    if (sizes[i] > threshold) bits[i] = 1;
    else if (sizes[i] === threshold && left > 0) {
      bits[i] = 1;
      left--;
    }
  }
  return bits;
}

/**
 * Packed tensors as a network's weights: frozen values where the mask keeps them, +0 elsewhere.
 *
 * @param frozen the values that the mask chooses among
 */
export function learnedWeights(
  learned: LearnedMask,
  network: Network,
  packed: PackedWeights,
  frozen: Tensors,
): Tensors {
  const mask = maskOf(learned, scoresOf(network, packed));
  return new Map(
    parametersOf(network).map(({ name }, place): [string, Float32Array] => {
      const bits = mask.get(name);
      const values = frozen.get(name);
      return [name, bits && values ? values.map((value, i) => (bits[i] === 0 ? 0 : value)) : packed[place].slice()];
    }),
  );
}
