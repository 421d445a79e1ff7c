import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { builtIn } from '../../data/built-in.js';
import { type CatalogueEntry, type CatalogueFile, catalogue } from '../../data/catalogue.js';
import type { Dataset, ImageSplit } from '../../data/dataset.js';
import { datasetDigest } from '../../data/digest.js';
import { decodeIdxImages, decodeIdxLabels } from '../../data/idx.js';
import { InputError } from '../../networks/errors.js';
import { FolderError } from '../folder-error.js';
import { type DownloadProgress, downloadFile } from './download.js';
import { cacheFolder, checkOfficial, findBatches, findFile } from './find.js';
import { loadCifarArchive, loadCifarFiles } from './load-cifar.js';

/** Which data, and how much of them. */
export interface DataRequest {
  readonly name: string;
  /** Training examples, validation included: the first of a file, or as many as are generated. */
  readonly train?: number | undefined;
  readonly test?: number | undefined;
  /** Seed of a generated set. */
  readonly seed?: number | undefined;
}

export interface LoadOptions {
  /** Searched first. */
  readonly dataFolder?: string | undefined;
  /** Download what is not found; default: true. */
  readonly download?: boolean | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Called once for data that are used though they are not known to be the official ones. */
  readonly onWarning?: ((text: string) => void) | undefined;
  /** Ends a download; the part that arrived is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Known data sets; default: the built-in catalogue. */
  readonly entries?: readonly CatalogueEntry[] | undefined;
}

/** The bytes of a file, uncompressed; a file that is not the official one is used, with a warning. */
function readFound(file: CatalogueFile, path: string, warn: (text: string) => void): Uint8Array {
  const bytes = readFileSync(path);
  if (!path.endsWith('.gz')) return bytes;
  let content: Uint8Array;
  try {
    content = gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${path}: expected a gzip file, but it does not decompress (${(error as Error).message}). Get it again.`,
    );
  }
  const { ok, expected, found } = checkOfficial(file, bytes);
  if (!ok) {
    warn(
      `${path} is not the official file (${expected}; found ${found}): if its structure is right it is used as it is, and results are known by the digest of these very bytes.`,
    );
  }
  return content;
}

/** The first `count` of a set, or all of it. @throws InputError when it has fewer */
export function firstExamples(split: ImageSplit, count: number | undefined, bytes: number, what: string): ImageSplit {
  if (count === undefined || count === split.count) return split;
  if (count > split.count) {
    throw new InputError(`${count} ${what} examples are asked for; the data set has ${split.count}.`);
  }
  return { images: split.images.subarray(0, count * bytes), labels: split.labels.subarray(0, count), count };
}

/**
 * Loads a data set by name: found in the folder given, in `LOTTERY_DATA` or in the cache, else downloaded to the cache.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function loadDataset(request: DataRequest, options: LoadOptions = {}): Promise<Dataset> {
  const { name, train, test, seed } = request;
  const entries = options.entries ?? catalogue;
  const entry = entries.find((candidate) => candidate.name === name);
  if (!entry) {
    throw new InputError(`data set ${name} is not known; expected one of ${entries.map((e) => e.name).join(', ')}.`);
  }
  if (entry.files.length === 0) {
    return builtIn(entry.name, {
      ...(train === undefined ? {} : { train }),
      ...(test === undefined ? {} : { test }),
      ...(seed === undefined ? {} : { seed }),
    });
  }
  const warn = options.onWarning ?? (() => {});
  if (entry.cifar !== undefined) {
    const batches = findBatches(entry, options.dataFolder);
    const whole = batches
      ? loadCifarFiles(entry, entry.cifar, batches, warn)
      : loadCifarArchive(entry, entry.cifar, await fileOf(entry, entry.files[0], options), warn);
    return withDigest(whole, train, test);
  }
  const contents = new Map<CatalogueFile['role'], { path: string; bytes: Uint8Array }>();
  for (const file of entry.files) {
    const path = await fileOf(entry, file, options);
    contents.set(file.role, { path, bytes: readFound(file, path, warn) });
  }
  const decode = (role: 'train' | 'test') => {
    const images = contents.get(`${role}-images`) as { path: string; bytes: Uint8Array };
    const labels = contents.get(`${role}-labels`) as { path: string; bytes: Uint8Array };
    const decoded = decodeIdxImages(images.bytes, images.path);
    const values = decodeIdxLabels(labels.bytes, labels.path, entry.classes);
    if (values.length !== decoded.count) {
      throw new InputError(
        `${labels.path}: expected ${decoded.count} labels, one for each image of ${images.path}; found ${values.length}.`,
      );
    }
    return { ...decoded, labels: values };
  };
  const training = decode('train');
  const testing = decode('test');
  if (training.height !== testing.height || training.width !== testing.width) {
    throw new InputError(
      `${entry.name}: training images are ${training.height} x ${training.width}, test images ${testing.height} x ${testing.width}; expected the same.`,
    );
  }
  const shape = { channels: 1, height: training.height, width: training.width };
  const { name: known, classes, classNames } = entry;
  return withDigest({ name: known, shape, classes, classNames, train: training, test: testing }, train, test);
}

/** Where a file lies, once it has been found or downloaded. */
async function fileOf(entry: CatalogueEntry, file: CatalogueFile, options: LoadOptions): Promise<string> {
  const path = findFile(entry, file, options.dataFolder);
  if (path !== undefined) return path;
  if (options.download === false) {
    throw new FolderError(`${entry.name}: ${file.name} was not found, and is not to be downloaded.`, 'data');
  }
  const { onProgress, signal } = options;
  return downloadFile(entry, file, join(cacheFolder(), entry.name), { onProgress, signal });
}

/** A data set cut down to what was asked for, with its digest. */
function withDigest(whole: Omit<Dataset, 'digest'>, train: number | undefined, test: number | undefined): Dataset {
  const { channels, height, width } = whole.shape;
  const bytes = channels * height * width;
  const content = {
    ...whole,
    train: firstExamples(whole.train, train, bytes, 'training'),
    test: firstExamples(whole.test, test, bytes, 'test'),
  };
  return { ...content, digest: datasetDigest(content) };
}
