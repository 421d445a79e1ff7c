import { type Dataset, type ImageSplit, unitLength } from 'lottery-lab/data';
import type { Kernels } from 'lottery-lab/kernels';
import { Activations } from 'lottery-lab/training';
import { likeliest } from './likeliest.js';
import type { ImageForm, TrainedNetwork } from './messages.js';

/** Each look is a data set of its own to the kernels, which keep data by its digest. */
let looks = 0;

/** Images as a data set that holds nothing else. */
function datasetOf({ shape, classes, classNames }: ImageForm, images: ImageSplit): Dataset {
  // A training set there has to be, of the same form; nothing is read of it.
  const size = shape.channels * shape.height * shape.width;
  const train = { images: images.images.subarray(0, size), labels: images.labels.subarray(0, 1), count: 1 };
  return { name: 'drawn', shape, classes, classNames, train, test: images, digest: `drawn ${looks++}` };
}

/** Logits of all images, `[image][class]`, as in evaluation. */
function logitsOf(kernels: Kernels, dataset: Dataset, trained: TrainedNetwork): Float32Array {
  const { network, normalisation, weights, mask } = trained;
  const activations = new Activations(kernels, {
    network,
    dataset,
    normalisation,
    examples: [{ of: 'test', places: Int32Array.from({ length: dataset.test.count }, (_, place) => place) }],
    ...(mask === null ? {} : { mask }),
  });
  return activations.read(weights).get('output') as Float32Array;
}

/**
 * What networks say of one image: it goes through them as examples do in evaluation.
 *
 * @param pixels of one image, `[row][column]`, as the data set has them before each image is scaled by itself
 * @returns probabilities of the classes, network by network; NaN where a network has diverged
 */
export function lookAt(
  kernels: Kernels,
  form: ImageForm,
  networks: readonly TrainedNetwork[],
  pixels: Uint8Array | Float32Array,
): number[][] {
  const plain = datasetOf(form, { images: pixels, labels: new Uint8Array(1), count: 1 });
  const dataset = form.normalised === 'unit-length' ? { ...unitLength(plain), digest: plain.digest } : plain;
  return networks.map((trained) => softmax(logitsOf(kernels, dataset, trained)));
}

/**
 * On which images networks disagree.
 *
 * @param test images as the data set has them
 * @returns their places
 */
export function disagreements(
  kernels: Kernels,
  form: ImageForm,
  networks: readonly TrainedNetwork[],
  test: ImageSplit,
): number[] {
  const dataset = datasetOf(form, test);
  const said = networks.map((trained) => {
    const logits = logitsOf(kernels, dataset, trained);
    return Array.from({ length: test.count }, (_, place) =>
      likeliest(Array.from(logits.subarray(place * form.classes, (place + 1) * form.classes))),
    );
  });
  return Array.from({ length: test.count }, (_, place) => place).filter(
    (place) => new Set(said.map((classes) => classes[place])).size > 1,
  );
}

/** Probabilities of logits. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
