import { permutation, StreamReader, stream } from '../../random/stream.js';
import type { Dataset, ImageSplit } from '../dataset.js';
import { datasetDigest } from '../digest.js';
import { digits } from './digits.js';
import { bell, deformation, draw, SIZE, trace } from './drawing.js';

/**
 * `strokes`: ten digits drawn by rule, for work without a network connection. Each image is a digit's pen strokes, jittered,
 * deformed smoothly, sheared, turned and shifted, drawn with a pen of some thickness and ink, with stray strokes and
 * noise. Additions, multiplications, divisions and square roots only: the same bits everywhere.
 */

/** Draws one image of a digit; all that is random comes from the reader. */
function drawExample(label: number, reader: StreamReader, image: Uint8Array): void {
  const ink = new Float64Array(SIZE * SIZE);
  const ways = digits[label];
  const strokes = ways[reader.below(ways.length)];
  const deform = deformation(reader);
  const radius = 0.75 + 0.9 * reader.uniform();
  const strength = 0.65 + 0.35 * reader.uniform();
  for (const stroke of strokes) {
    const points = trace(stroke, 0.09, reader);
    deform(points);
    draw(ink, points, radius, strength);
  }
  // A stray stroke in one image of three.
  if (reader.below(3) === 0) {
    const x = reader.uniform();
    const y = reader.uniform();
    draw(ink, [x, y, x + 0.3 * bell(reader), y + 0.3 * bell(reader)], 0.6 * radius, strength * 0.8);
  }
  const noise = 0.16 * reader.uniform();
  for (let i = 0; i < image.length; i++) {
    const value = ink[i] + noise * bell(reader) * (ink[i] > 0 ? 1 : 0.6);
    image[i] = Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5);
  }
}

function makeSplit(name: 'train' | 'test', count: number, seed: number): ImageSplit {
  const images = new Uint8Array(count * SIZE * SIZE);
  const labels = new Uint8Array(count);
  let order: Int32Array = new Int32Array(10);
  for (let i = 0; i < count; i++) {
    // Every ten examples hold each digit once.
    if (i % 10 === 0) order = permutation(10, new StreamReader(stream(seed, `strokes-${name}-labels`, i / 10)));
    labels[i] = order[i % 10];
    const reader = new StreamReader(stream(seed, `strokes-${name}`, i));
    drawExample(labels[i], reader, images.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE));
  }
  return { images, labels, count };
}

/**
 * Draws the data set. An example depends on the seed, its split and its place alone, so a larger set begins with a smaller
 * one.
 *
 * @param size how many examples there are, and the seed that they are drawn from
 * @param size.train examples to train and validate with
 * @param size.test examples to test with
 */
export function makeStrokes({ train = 60_000, test = 10_000, seed = 1 } = {}): Dataset {
  const content = {
    name: 'strokes',
    shape: { channels: 1, height: SIZE, width: SIZE },
    classes: 10,
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    train: makeSplit('train', train, seed),
    test: makeSplit('test', test, seed),
  };
  return { ...content, digest: datasetDigest(content) };
}
