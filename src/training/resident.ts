import type { Dataset, ImageSplit } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { inputSize, type Network } from '../networks/network.js';
import type { Normalisation } from './types.js';

/** How pixels and labels lie in memory. */
export interface DataForm {
  /** Pixels are single-precision floats, of which 0 .. 1 is the usual range, instead of bytes 0 .. 255. */
  readonly floats: boolean;
  /** Labels are words of 16 bits instead of bytes. */
  readonly wideLabels: boolean;
}

/** A data set in the arena, at its bottom, where it stays from one training run to the next. */
export interface ResidentDataset {
  readonly trainImages: number;
  readonly trainLabels: number;
  readonly testImages: number;
  readonly testLabels: number;
  /** Int32 0 .. test count - 1. */
  readonly testIndices: number;
}

interface Held extends ResidentDataset {
  readonly digest: string;
  readonly mark: number;
  /** Of the arena, when it was put there. */
  readonly generation: number;
}

const held = new WeakMap<Kernels, Held>();

/** Clears the arena of everything but this data set, which is copied there unless it lies there already and the arena has not been cleared since. */
export function residentDataset(kernels: Kernels, dataset: Dataset): ResidentDataset {
  const present = held.get(kernels);
  if (present?.digest === dataset.digest && present.generation === kernels.generation) {
    kernels.release(present.mark);
    return present;
  }
  kernels.clear();
  const placed = {
    trainImages: kernels.place(dataset.train.images),
    trainLabels: kernels.place(dataset.train.labels),
    testImages: kernels.place(dataset.test.images),
    testLabels: kernels.place(dataset.test.labels),
    testIndices: kernels.place(Int32Array.from({ length: dataset.test.count }, (_, i) => i)),
  };
  const entry = { ...placed, digest: dataset.digest, mark: kernels.mark(), generation: kernels.generation };
  held.set(kernels, entry);
  return entry;
}

/** @throws RangeError when network, data and normalisation do not agree in their shapes */
export function checkShapes(network: Network, { name, shape, classes }: Dataset, normalisation: Normalisation): void {
  const { channels, height, width } = shape;
  const features = channels * height * width;
  if (inputSize(network) !== features || network.classes !== classes) {
    throw new RangeError(
      `network ${network.name} takes ${inputSize(network)} inputs and ${network.classes} classes; data set ${name} has ${features} and ${classes}.`,
    );
  }
  if (normalisation.mean.length !== channels || normalisation.deviation.length !== channels) {
    throw new RangeError(`normalisation has ${normalisation.mean.length} channels; the data has ${channels}.`);
  }
}

/**
 * Byte offsets of what each channel's pixels are multiplied by, and of what is added then; and how the data lie in memory.
 *
 * @throws RangeError when the training and the test set lie differently
 */
export function placeNormalisation(
  kernels: Kernels,
  { mean, deviation }: Normalisation,
  { train, test }: Pick<Dataset, 'train' | 'test'>,
): DataForm & { readonly scale: number; readonly shift: number } {
  const form = formOf(train);
  const other = formOf(test);
  if (form.floats !== other.floats || form.wideLabels !== other.wideLabels) {
    throw new RangeError('the training and the test set hold numbers of different types; expected the same.');
  }
  const largest = form.floats ? 1 : 255;
  return {
    ...form,
    scale: kernels.place(Float32Array.from(deviation, (value) => 1 / (largest * value))),
    shift: kernels.place(Float32Array.from(mean, (value, channel) => -value / deviation[channel])),
  };
}

const formOf = ({ images, labels }: ImageSplit): DataForm => ({
  floats: images instanceof Float32Array,
  wideLabels: labels instanceof Uint16Array,
});
