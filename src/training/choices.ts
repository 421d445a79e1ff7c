import { selectionBytes } from '../kernels/generated/layout.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Stream } from '../random/stream.js';
import { survivorCount } from './learned.js';
import type { Pass } from './pass.js';
import type { StoredTensor } from './storage.js';
import type { LearnedMask } from './types.js';

type Target = Pick<Pass, 'builder' | 'storage'>;
type Learned = StoredTensor & Required<Pick<StoredTensor, 'learned'>>;

/** The operations by which a program chooses its weights from the frozen ones, and turns their gradients into those of scores. */
export class Choices {
  readonly #mask: LearnedMask;
  readonly #selection: number;

  constructor(kernels: Kernels, mask: LearnedMask) {
    this.#mask = mask;
    this.#selection = mask.kind === 'edge-popup' ? kernels.allocate(selectionBytes) : 0;
  }

  /**
   * Chooses the weights of one training step, before anything reads them.
   *
   * @param draws the stream for a tensor, by its place among all parameters; the kernel adds the iteration
   */
  addStep({ builder, storage, state }: Target & Pick<Pass, 'state'>, draws: (place: number) => Stream): void {
    if (this.#mask.kind === 'edge-popup') {
      this.addEvaluation({ builder, storage });
      return;
    }
    storage.tensors.forEach((tensor, place) => {
      if (!isLearned(tensor)) return;
      const { key, lane } = draws(place);
      builder.add(
        'supermask_draw',
        {
          ...chosen(tensor),
          state,
          key0: key[0],
          key1: key[1],
          lane0: lane[0],
          lane1: lane[1],
        },
        // A sigmoid: an exponential of 19 operations, a sum and a quotient; and the draw.
        { shape: `${tensor.parameter.name} ${tensor.count}`, flops: 23 * tensor.count, bytes: 12 * tensor.count },
      );
    });
  }

  /** Chooses the weights for evaluation: no arithmetic, comparisons alone. */
  addEvaluation({ builder, storage }: Target): void {
    for (const tensor of storage.tensors.filter(isLearned)) {
      const { parameter, count, learned } = tensor;
      const note = { shape: `${parameter.name} ${count}`, flops: 0, bytes: 12 * count };
      if (this.#mask.kind === 'supermask') {
        builder.add('supermask_choose', chosen(tensor), note);
        continue;
      }
      const keep = survivorCount(this.#mask, parameter.name, count);
      const selection = this.#selection;
      builder.add(
        'popup_select',
        { score: learned.scores, selection, n: count, keep },
        { shape: `${parameter.name}, ${keep} of ${count}`, flops: 0, bytes: 12 * count },
      );
      builder.add('popup_choose', { ...chosen(tensor), selection }, note);
    }
  }

  /** After the backward pass: gradients of weights become those of scores. */
  addGradients({ builder, storage }: Target): void {
    for (const tensor of storage.tensors.filter(isLearned)) {
      const { parameter, count, gradient } = tensor;
      const { score, frozen, n } = chosen(tensor);
      const supermask = this.#mask.kind === 'supermask';
      builder.add(
        supermask ? 'supermask_gradient' : 'popup_gradient',
        { gradient, score, frozen, n },
        { shape: `${parameter.name} ${count}`, flops: (supermask ? 25 : 1) * count, bytes: 16 * count },
      );
    }
  }
}

function isLearned(tensor: StoredTensor): tensor is Learned {
  return tensor.learned !== undefined;
}

function chosen({ value, count, learned: { scores, frozen } }: Learned) {
  return { score: scores, frozen, weight: value, n: Math.ceil(count / 4) * 4 };
}
