import type { Dataset, ImageSplit } from './dataset.js';
import { datasetDigest } from './digest.js';

/**
 * A data set with each image divided by its own Euclidean length, all channels together, in single precision; an image of zeros
 * stays as it is. Squares are added in double precision, pixel after pixel, and each quotient is rounded once: the same bits
 * everywhere. The digest is that of the new images.
 */
export function unitLength(dataset: Dataset): Dataset {
  const { digest: _ofPixels, ...rest } = dataset;
  const { channels, height, width } = dataset.shape;
  const of = (split: ImageSplit): ImageSplit => ({ ...split, images: divided(split, channels * height * width) });
  const content = { ...rest, train: of(dataset.train), test: of(dataset.test), normalised: 'unit-length' as const };
  return { ...content, digest: datasetDigest(content) };
}

function divided({ images, count }: ImageSplit, size: number): Float32Array {
  const result = new Float32Array(images.length);
  for (let image = 0; image < count; image++) {
    const first = image * size;
    let square = 0;
    for (let i = first; i < first + size; i++) square += images[i] * images[i];
    const length = square === 0 ? 1 : Math.sqrt(square);
    for (let i = first; i < first + size; i++) result[i] = images[i] / length;
  }
  return result;
}
