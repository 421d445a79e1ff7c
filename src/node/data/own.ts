import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decode } from 'fast-png';
import type { Dataset, ImageSplit } from '../../data/dataset.js';
import { datasetDigest } from '../../data/digest.js';
import { datasetFromNpz } from '../../data/npz.js';
import { InputError } from '../../networks/errors.js';
import { firstExamples } from './load.js';

interface Picture {
  readonly shape: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channel][row][column]`. */
  readonly pixels: Uint8Array;
}

function readPng(path: string): Picture {
  let image: ReturnType<typeof decode>;
  try {
    image = decode(readFileSync(path));
  } catch (error) {
    throw new InputError(`${path}: expected a PNG image, could not be read (${(error as Error).message}).`);
  }
  const { width, height, channels, depth, data, palette } = image;
  if (depth !== 8 || palette || (channels !== 1 && channels !== 3)) {
    throw new InputError(
      `${path}: expected 8-bit grey or RGB without transparency; found ${depth} bits, ${palette ? 'a palette' : `${channels} channels`}.`,
    );
  }
  const area = width * height;
  const pixels = new Uint8Array(area * channels);
  for (let i = 0; i < pixels.length; i++) pixels[(i % channels) * area + Math.floor(i / channels)] = data[i];
  return { shape: `${width} x ${height}, ${channels} channels`, channels, height, width, pixels };
}

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** A folder with `train` and `test`, each with a folder of PNG files for each class, read in the order of their names. */
function datasetFromFolder(path: string): Dataset {
  for (const part of ['train', 'test']) {
    if (!existsSync(join(path, part))) {
      throw new InputError(
        `${path}: expected folders train and test, each with a folder of PNG files for each class; ${part} is missing.`,
      );
    }
  }
  const classNames = foldersIn(join(path, 'train'));
  const others = foldersIn(join(path, 'test'));
  if (classNames.length < 2 || classNames.join('/') !== others.join('/')) {
    throw new InputError(
      `${path}: expected the same classes, at least two, in train and test; found ${classNames.join(', ') || 'none'} and ${others.join(', ') || 'none'}.`,
    );
  }
  let first: Picture | undefined;
  const read = (part: string): ImageSplit => {
    const pictures: Picture[] = [];
    const labels: number[] = [];
    classNames.forEach((className, label) => {
      const folder = join(path, part, className);
      const files = readdirSync(folder)
        .filter((name) => /\.png$/i.test(name))
        .sort();
      if (files.length === 0) throw new InputError(`${folder}: expected PNG files, found none.`);
      for (const file of files) {
        const picture = readPng(join(folder, file));
        first ??= picture;
        if (picture.shape !== first.shape) {
          throw new InputError(`${join(folder, file)}: expected ${first.shape} as the others; found ${picture.shape}.`);
        }
        pictures.push(picture);
        labels.push(label);
      }
    });
    const size = pictures[0].pixels.length;
    const images = new Uint8Array(pictures.length * size);
    for (const [i, { pixels }] of pictures.entries()) images.set(pixels, i * size);
    return { images, labels: Uint8Array.from(labels), count: pictures.length };
  };
  const train = read('train');
  const test = read('test');
  const { channels, height, width } = first as unknown as Picture;
  const content = {
    name: basename(path),
    shape: { channels, height, width },
    classes: classNames.length,
    classNames,
    train,
    test,
  };
  return { ...content, digest: datasetDigest(content) };
}

/**
 * The user's own data: an `.npz` file, or a folder of PNG files for each class.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function loadOwnData(request: {
  readonly path: string;
  readonly train?: number | undefined;
  readonly test?: number | undefined;
}): Promise<Dataset> {
  const { path, train, test } = request;
  let whole: Dataset;
  if (statSync(path).isDirectory()) whole = datasetFromFolder(path);
  else if (/\.npz$/i.test(path)) whole = datasetFromNpz(readFileSync(path), path);
  else throw new InputError(`${path}: expected an .npz file, or a folder with train and test in it.`);
  if (train === undefined && test === undefined) return whole;
  const bytes = whole.train.images.length / whole.train.count;
  const content = {
    ...whole,
    train: firstExamples(whole.train, train, bytes, 'training'),
    test: firstExamples(whole.test, test, bytes, 'test'),
  };
  return { ...content, digest: datasetDigest(content) };
}
