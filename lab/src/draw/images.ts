import type { Dataset } from 'lottery-lab/data';
import type { Placing } from './drawing.js';

/** Whether the data have dark ink on a light ground: told by the edges of the first images, where digits seldom reach. */
export function isLightGround({ train: { images, count }, shape: { height, width } }: Dataset): boolean {
  const looked = Math.min(count, 100);
  const largest = images instanceof Float32Array ? 1 : 255;
  let [sum, seen] = [0, 0];
  for (let image = 0; image < looked; image++) {
    for (let column = 0; column < width; column++) {
      sum += images[image * width * height + column] + images[(image + 1) * width * height - 1 - column];
      seen += 2;
    }
  }
  return seen > 0 && sum / seen > largest / 2;
}

/** Ink, 0 to 1, as pixels of the data. */
export function pixelsOf(ink: Float32Array, dataset: Dataset): Uint8Array | Float32Array {
  const values = isLightGround(dataset) ? ink.map((value) => 1 - value) : ink;
  if (dataset.train.images instanceof Float32Array) return values.slice();
  return Uint8Array.from(values, (value) => Math.floor(255 * Math.min(1, Math.max(0, value)) + 0.5));
}

/** The ink of an image of the test set; where images were scaled one by one, the darkest pixel counts as all the ink there is. */
export function inkOfExample(dataset: Dataset, place: number): Float32Array {
  const { height, width } = dataset.shape;
  const pixels = dataset.test.images.slice(place * width * height, (place + 1) * width * height);
  const darkest = () => Math.max(...pixels) || 1;
  const largest = dataset.normalised !== undefined ? darkest() : pixels instanceof Float32Array ? 1 : 255;
  const isLight = isLightGround(dataset);
  return Float32Array.from(pixels, (value) => (isLight ? 1 - value / largest : value / largest));
}

/** How the images of a data set are placed: known of those that the lab draws, and of MNIST and sets of its kind. */
export function placingOf({ name }: Pick<Dataset, 'name'>): Placing {
  if (name === 'strokes') return 'middle';
  return name === 'mnist' ? 'mass' : 'as-drawn';
}
