import { InputError } from '../networks/errors.js';
import { joined } from './arrays/assemble.js';
import type { Dataset, ImageSplit } from './dataset.js';
import { datasetDigest } from './digest.js';

/**
 * A data set cut down to its first examples, with its digest. Training examples include those to validate with: a validation set
 * that came with the data is kept whole, and the examples before it are fewer.
 *
 * @throws InputError when there are fewer than are asked for, or nothing would be left to train on
 */
export function firstExamples(
  whole: Omit<Dataset, 'digest'>,
  train: number | undefined,
  test: number | undefined,
): Dataset {
  const { channels, height, width } = whole.shape;
  const size = channels * height * width;
  const content = {
    ...whole,
    train: firstOf(whole.train, train, size, 'training', whole.ownValidation ?? 0),
    test: firstOf(whole.test, test, size, 'test', 0),
  };
  return { ...content, digest: datasetDigest(content) };
}

function firstOf(split: ImageSplit, count: number | undefined, size: number, what: string, kept: number): ImageSplit {
  if (count === undefined || count === split.count) return split;
  if (count > split.count) {
    throw new InputError(`${count} ${what} examples are asked for; the data set has ${split.count}.`);
  }
  if (count <= kept) {
    throw new InputError(
      `${count} ${what} examples are asked for, and the data set came with ${kept} examples to validate with, which count among them; expected more than that.`,
    );
  }
  const pieces = [
    [0, count - kept],
    [split.count - kept, split.count],
  ].filter(([from, to]) => to > from);
  const images = pieces.map(([from, to]) => split.images.subarray(from * size, to * size));
  const labels = pieces.map(([from, to]) => split.labels.subarray(from, to));
  return { images: joined(images), labels: joined(labels), count };
}
