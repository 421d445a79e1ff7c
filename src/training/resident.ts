import type { Dataset } from '../data/dataset.js';
import type { Kernels } from '../kernels/kernels.js';
import { inputSize, type Network } from '../networks/network.js';
import type { Normalisation } from './types.js';

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
    trainImages: kernels.place(dataset.train.images as Uint8Array),
    trainLabels: kernels.place(dataset.train.labels as Uint8Array),
    testImages: kernels.place(dataset.test.images as Uint8Array),
    testLabels: kernels.place(dataset.test.labels as Uint8Array),
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

/** Byte offsets of what each channel's pixels are multiplied by, and of what is added then. */
export function placeNormalisation(
  kernels: Kernels,
  { mean, deviation }: Normalisation,
): { readonly scale: number; readonly shift: number } {
  return {
    scale: kernels.place(Float32Array.from(deviation, (value) => 1 / (255 * value))),
    shift: kernels.place(Float32Array.from(mean, (value, channel) => -value / deviation[channel])),
  };
}
