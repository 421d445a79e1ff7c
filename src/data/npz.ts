import { unzipSync, type Zippable, zipSync } from 'fflate';
import { InputError } from '../networks/errors.js';
import type { Dataset, ImageSplit } from './dataset.js';
import { datasetDigest } from './digest.js';
import { decodeNpy, encodeNpy, type NpyArray } from './npy.js';

/** Archives carry this date, so that the same tensors give the same bytes. */
const DATE = '1980-01-01T00:00:00';

/** NumPy's `.npz`: a zip archive with an `.npy` file for each array. */
export function encodeNpz(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array | Uint8Array }>,
): Uint8Array {
  const files: Zippable = {};
  for (const [name, { shape, values }] of tensors) files[`${name}.npy`] = encodeNpy(shape, values);
  return zipSync(files, { mtime: DATE, level: 6 });
}

/** @throws InputError naming the file, what was expected and what was found */
export function decodeNpz(bytes: Uint8Array, file: string): Map<string, NpyArray> {
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${file}: expected an .npz archive, which is a zip file; it does not open (${(error as Error).message}).`,
    );
  }
  return new Map(
    Object.entries(files).map(([name, content]) => [
      name.replace(/\.npy$/, ''),
      decodeNpy(content, `${file}: ${name}`),
    ]),
  );
}

/** Names under which the arrays are looked for. */
const names = {
  x_train: ['x_train', 'train_images', 'X_train'],
  y_train: ['y_train', 'train_labels', 'Y_train'],
  x_test: ['x_test', 'test_images', 'X_test'],
  y_test: ['y_test', 'test_labels', 'Y_test'],
} as const;

/**
 * A data set from one `.npz` file: images `x_train` and `x_test`, unsigned bytes, `[n][height][width]`,
 * `[n][height][width][channels]` or `[n][channels][height][width]` with 1 or 3 channels; labels `y_train` and `y_test`, whole
 * numbers from 0.
 *
 * @throws InputError naming the file and the array, what was expected and what was found
 */
export function datasetFromNpz(bytes: Uint8Array, file: string): Dataset {
  const arrays = decodeNpz(bytes, file);
  const find = (key: keyof typeof names): { name: string; array: NpyArray } => {
    for (const name of names[key]) {
      const array = arrays.get(name);
      if (array) return { name, array };
    }
    throw new InputError(
      `${file}: expected an array ${names[key].join(' or ')}; found ${[...arrays.keys()].join(', ') || 'none'}.`,
    );
  };
  const split = (images: ReturnType<typeof find>, labels: ReturnType<typeof find>) => {
    const { shape, values } = images.array;
    const [count, ...sides] = shape;
    const last = sides.length === 3 && (sides[2] === 1 || sides[2] === 3);
    const first = sides.length === 3 && !last && (sides[0] === 1 || sides[0] === 3);
    if (!(values instanceof Uint8Array) || !(sides.length === 2 || last || first)) {
      throw new InputError(
        `${file}: ${images.name} is to hold unsigned bytes of shape n x height x width, with 1 or 3 channels first or last; found shape ${shape.join(' x ')}${values instanceof Uint8Array ? '' : ' of other numbers'}.`,
      );
    }
    const [channels, height, width] =
      sides.length === 2 ? [1, ...sides] : last ? [sides[2], sides[0], sides[1]] : sides;
    let pixels: Uint8Array = values;
    if (last && channels > 1) {
      pixels = new Uint8Array(values.length);
      const area = height * width;
      for (let i = 0; i < values.length; i++) {
        const image = Math.floor(i / (area * channels));
        const within = i - image * area * channels;
        pixels[image * area * channels + (within % channels) * area + Math.floor(within / channels)] = values[i];
      }
    }
    const numbers = [...labels.array.values];
    if (labels.array.shape.length !== 1 || numbers.length !== count) {
      throw new InputError(
        `${file}: ${labels.name} is to hold ${count} labels, one for each of ${images.name}; found shape ${labels.array.shape.join(' x ')}.`,
      );
    }
    const wrong = numbers.findIndex((label) => !Number.isInteger(label) || label < 0 || label > 255);
    if (wrong >= 0)
      throw new InputError(
        `${file}: ${labels.name} number ${wrong} is ${numbers[wrong]}; expected a whole number from 0 to 255.`,
      );
    const result: ImageSplit = { images: pixels, labels: Uint8Array.from(numbers), count };
    return { shape: { channels, height, width }, split: result };
  };
  const train = split(find('x_train'), find('y_train'));
  const test = split(find('x_test'), find('y_test'));
  if (JSON.stringify(train.shape) !== JSON.stringify(test.shape)) {
    throw new InputError(
      `${file}: training images are ${Object.values(train.shape).join(' x ')}, test images ${Object.values(test.shape).join(' x ')}; expected the same.`,
    );
  }
  const classes = 1 + [...train.split.labels, ...test.split.labels].reduce((most, label) => Math.max(most, label), 0);
  const content = {
    name: file.replace(/^.*[\\/]/, '').replace(/\.npz$/, ''),
    shape: train.shape,
    classes,
    classNames: Array.from({ length: classes }, (_, i) => `${i}`),
    train: train.split,
    test: test.split,
  };
  return { ...content, digest: datasetDigest(content) };
}
