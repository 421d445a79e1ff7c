import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { CatalogueEntry, CifarLayout, PickledCifar } from '../../data/catalogue.js';
import type { Dataset } from '../../data/dataset.js';
import { cifarShape, decodeCifar, decodePickledCifar } from '../../data/formats/cifar.js';
import { DEFLATE_LIMIT } from '../../data/formats/deflate.js';
import { readTar } from '../../data/formats/tar.js';
import { InputError } from '../../networks/errors.js';
import { checkOfficial, type FoundCifar } from './find.js';
import { contentOf, readPromised, sizeOf } from './read-file.js';

interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The most bytes of a file: the largest official one, CIFAR-100's training set, has 155 million. */
const MOST_BYTES = 1 << 28;

/**
 * Reads a CIFAR set from where it was found: single files or an archive, in the binary form or for Python.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function loadCifar(
  entry: CatalogueEntry,
  found: FoundCifar,
  warn: (text: string) => void,
): Promise<Omit<Dataset, 'digest'>> {
  const layout = (found.form === 'binary' ? entry.cifar : entry.pickled) as CifarLayout | PickledCifar;
  const files = await (found.archive === undefined ? readFiles(found.paths) : readArchive(found.paths[0], layout));
  const { name, classes, classNames } = entry;
  const decode = (part: readonly NamedBytes[]) =>
    'labels' in layout
      ? decodePickledCifar(part, layout.labels, classes)
      : decodeCifar(part, layout.labelBytes, classes);
  const train = decode(files.slice(0, layout.train.length));
  const test = decode(files.slice(layout.train.length));
  warnOfOthers(entry, found, warn);
  return { name, shape: cifarShape, classes, classNames, train, test };
}

async function readFiles(paths: readonly string[]): Promise<NamedBytes[]> {
  const files: NamedBytes[] = [];
  for (const path of paths) {
    const size = sizeOf(path);
    if (size > MOST_BYTES) {
      throw new InputError(`${path}: expected at most ${MOST_BYTES} bytes; found ${size}. It is no file of CIFAR.`);
    }
    const bytes = await readPromised(path, size);
    if (bytes.length > size) {
      throw new InputError(`${path}: expected the ${size} bytes that its end says; found more. Get it again.`);
    }
    files.push({ path, bytes });
  }
  return files;
}

async function readArchive(path: string, { folder, train, test }: CifarLayout | PickledCifar): Promise<NamedBytes[]> {
  const wanted = [...train, ...test].map((name) => `${folder}/${name}`);
  const most = Math.min(MOST_BYTES, DEFLATE_LIMIT * statSync(path).size);
  const { files, names } = await readTar(contentOf(path), path, (name) => (wanted.includes(name) ? most : undefined));
  return wanted.map((name): NamedBytes => {
    const bytes = files.get(name);
    if (bytes === undefined) {
      throw new InputError(`${path}: expected ${name} inside; found ${names.join(', ') || 'nothing'}.`);
    }
    return { path: `${path}, ${basename(name)}`, bytes };
  });
}

function warnOfOthers(entry: CatalogueEntry, { archive, paths }: FoundCifar, warn: (text: string) => void): void {
  const same = 'it is used as it is, and results are known by the digest of these very bytes';
  if (archive === undefined) {
    warn(
      `${entry.name} is read from single files (${basename(paths[0])}, ...), whose official checksums are not known: ${same}.`,
    );
    return;
  }
  const { ok, expected, found } = checkOfficial(archive, paths[0]);
  if (!ok) {
    warn(`${paths[0]} has the right structure and is not the official file (${expected}; found ${found}): ${same}.`);
  }
}
