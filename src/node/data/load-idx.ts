import { dirname, join } from 'node:path';
import type { CatalogueEntry, CatalogueFile } from '../../data/catalogue.js';
import type { Dataset, ImageSplit } from '../../data/dataset.js';
import { decodeIdxImages, decodeIdxLabels, IDX_HEADER, type IdxHeader, readIdxHeader } from '../../data/formats/idx.js';
import { InputError } from '../../networks/errors.js';
import { checkOfficial } from './find.js';
import { firstBytes, readPromised } from './read-file.js';

/** Where the four files of an MNIST-like set lie. */
export type IdxPaths = Readonly<Record<Exclude<CatalogueFile['role'], 'archive'>, string>>;

interface Headed {
  readonly path: string;
  readonly header: IdxHeader;
}

/**
 * Reads an MNIST-like set. Headers of all files are compared before anything is unpacked.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function loadIdx(
  entry: CatalogueEntry,
  paths: IdxPaths,
  warn: (text: string) => void,
): Promise<Omit<Dataset, 'digest'>> {
  const headed = async (role: keyof IdxPaths): Promise<Headed> => {
    const path = paths[role];
    const what = role.endsWith('images') ? 'images' : 'labels';
    return { path, header: readIdxHeader(await firstBytes(path, IDX_HEADER), path, what) };
  };
  const train = { images: await headed('train-images'), labels: await headed('train-labels') };
  const test = { images: await headed('test-images'), labels: await headed('test-labels') };
  for (const { images, labels } of [train, test]) {
    if (labels.header.sizes[0] !== images.header.sizes[0]) {
      throw new InputError(
        `${labels.path}: expected ${images.header.sizes[0]} labels, one for each image of ${images.path}; found ${labels.header.sizes[0]}.`,
      );
    }
  }
  const [, height, width] = train.images.header.sizes;
  const [, otherHeight, otherWidth] = test.images.header.sizes;
  if (height !== otherHeight || width !== otherWidth) {
    throw new InputError(
      `${entry.name}: training images are ${height} x ${width}, test images ${otherHeight} x ${otherWidth}; expected the same.`,
    );
  }
  const { name, classes, classNames } = entry;
  const splits = { train: await readSplit(train, classes), test: await readSplit(test, classes) };
  warnOfOthers(entry, paths, warn);
  return { name, shape: { channels: 1, height, width }, classes, classNames, ...splits };
}

async function readSplit({ images, labels }: { images: Headed; labels: Headed }, classes: number): Promise<ImageSplit> {
  const read = ({ path, header }: Headed) => readPromised(path, header.length);
  const decoded = decodeIdxImages(await read(images), images.path);
  return {
    images: decoded.images,
    labels: decodeIdxLabels(await read(labels), labels.path, classes),
    count: decoded.count,
  };
}

/** Says of each file with an official checksum that it differs from it, and of files without one that they may be any set's. */
function warnOfOthers(entry: CatalogueEntry, paths: IdxPaths, warn: (text: string) => void): void {
  const own = [entry.name, ...(entry.torchvision === undefined ? [] : [join(entry.torchvision)])];
  const loose = Object.values(paths).find(
    (path) => !path.endsWith('.gz') && !own.some((folder) => dirname(path).endsWith(folder)),
  );
  if (loose !== undefined) {
    warn(
      `${entry.name} is read from ${loose} and others beside it, which lie in no folder of its name and have no official checksum: they are taken for ${entry.name}.`,
    );
  }
  for (const file of entry.files) {
    const path = paths[file.role as keyof IdxPaths];
    if (!path.endsWith('.gz')) continue;
    const { ok, expected, found } = checkOfficial(file, path);
    if (ok) continue;
    warn(
      `${path} is not the official file (${expected}; found ${found}): it is used as it is, and results are known by the digest of these very bytes.`,
    );
  }
}
