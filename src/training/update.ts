import type { Kernels } from '../kernels/kernels.js';
import type { Pass } from './pass.js';
import type { StoredTensor } from './storage.js';
import type { Optimiser } from './types.js';

export interface UpdateSettings {
  readonly optimiser: Optimiser;
  /** Byte offset of the learning rate of every iteration, float32. */
  readonly rates: number;
  readonly decayOn: 'all' | 'weights';
  /** L2 norm to which gradients are clipped; undefined for no clipping. */
  readonly clipNorm: number | undefined;
}

/**
 * One tensor of the optimiser's state: the velocity of SGD with momentum, or Adam's first or second moment. `length` float32
 * values from byte `offset` of the arena.
 */
export interface OptimiserTensor {
  readonly offset: number;
  readonly length: number;
  /** The tensor that it belongs to: one value for each of its values, then zeros. */
  readonly tensor: StoredTensor;
}

/** What the optimiser updates: tensors that have a gradient; where a mask is learned, its scores instead, and nothing else. */
function trainedAmong(tensors: readonly StoredTensor[]): StoredTensor[] {
  const scores = tensors.flatMap((tensor) => (tensor.learned ? [{ ...tensor, value: tensor.learned.scores }] : []));
  return scores.length > 0 ? scores : tensors.filter(({ gradient }) => gradient !== 0);
}

/**
 * One update of everything that is trained, with room for the optimiser's state, which starts at zero.
 *
 * @returns the tensors of that state
 */
export function addUpdate(
  kernels: Kernels,
  { builder, state, storage }: Pick<Pass, 'builder' | 'state' | 'storage'>,
  { optimiser, rates, decayOn, clipNorm }: UpdateSettings,
): readonly OptimiserTensor[] {
  const moments: OptimiserTensor[] = [];
  const moment = (length: number, tensor: StoredTensor): number => {
    const offset = kernels.allocate(length * 4);
    moments.push({ offset, length, tensor });
    return offset;
  };
  const trained = trainedAmong(storage.tensors);
  const padded = (count: number) => Math.ceil(count / 4) * 4;
  if (clipNorm !== undefined) {
    builder.add('begin_norm', { state }, { shape: '', flops: 0, bytes: 8 });
    for (const { parameter, count, gradient } of trained) {
      builder.add(
        'add_norm',
        { state, gradient, n: count },
        { shape: parameter.name, flops: 2 * count, bytes: 4 * count },
      );
    }
    for (const { parameter, count, gradient } of trained) {
      builder.add(
        'clip',
        { state, gradient, n: padded(count), limit: clipNorm },
        { shape: parameter.name, flops: count, bytes: 8 * count },
      );
    }
  }
  for (const tensor of trained) {
    const { parameter, count, value, gradient, survivors } = tensor;
    const n = padded(count);
    const wanted = decayOn === 'all' || parameter.role === 'weight' ? optimiser.weightDecay : 0;
    // The optimiser's own decay would move pruned weights too; without it, those whose gradient is always +0 stay as they are.
    const own = survivors !== undefined && wanted !== 0;
    if (own) {
      builder.add(
        'decay_survivors',
        { gradient, weight: value, mask: survivors, n, decay: wanted },
        { shape: `${parameter.name} ${count}`, flops: 2 * count, bytes: 16 * n },
      );
    }
    const decay = own ? 0 : wanted;
    const common = { state, rates, weight: value, gradient, n, decay };
    const shape = `${parameter.name} ${count}`;
    if (optimiser.name === 'adam') {
      const { beta1, beta2, epsilon } = optimiser;
      const first = moment(n, tensor);
      const second = moment(n, tensor);
      builder.add(
        'adam',
        { ...common, first, second, beta1, beta2, epsilon },
        { shape, flops: 12 * count, bytes: 28 * n },
      );
    } else {
      const velocity = optimiser.momentum > 0 ? moment(n, tensor) : 0;
      builder.add(
        'sgd',
        { ...common, velocity, momentum: optimiser.momentum, nesterov: optimiser.nesterov ? 1 : 0 },
        { shape, flops: (velocity ? 4 : 2) * count, bytes: (velocity ? 20 : 12) * n },
      );
    }
  }
  return moments;
}
