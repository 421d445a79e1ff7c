import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CatalogueEntry, CifarLayout } from '../../data/catalogue.js';
import { cifarShape, decodeCifar } from '../../data/cifar.js';
import type { Dataset } from '../../data/dataset.js';
import { readTar } from '../../data/tar.js';
import { InputError } from '../../networks/errors.js';
import { checkOfficial } from './find.js';

interface NamedBytes {
  readonly path: string;
  readonly bytes: Uint8Array;
}

function decompress(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${path}: expected a gzip file, but it does not decompress (${(error as Error).message}). Get it again.`,
    );
  }
}

function decode(entry: CatalogueEntry, { labelBytes, train }: CifarLayout, files: readonly NamedBytes[]) {
  const { name, classes, classNames } = entry;
  return {
    name,
    shape: cifarShape,
    classes,
    classNames,
    train: decodeCifar(files.slice(0, train.length), labelBytes, classes),
    test: decodeCifar(files.slice(train.length), labelBytes, classes),
  };
}

/**
 * Reads a CIFAR set from single files, compressed or not. There is no official checksum for them; a warning says so once.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function loadCifarFiles(
  entry: CatalogueEntry,
  layout: CifarLayout,
  paths: readonly string[],
  warn: (text: string) => void,
): Omit<Dataset, 'digest'> {
  const files = paths.map((path): NamedBytes => {
    const bytes = readFileSync(path);
    return { path, bytes: path.endsWith('.gz') ? decompress(path, bytes) : bytes };
  });
  const content = decode(entry, layout, files);
  warn(
    `${entry.name} is read from single files (${basename(paths[0])}, ...), whose official checksums are not known: it is used as it is, and results are known by the digest of these very bytes.`,
  );
  return content;
}

/**
 * Reads a CIFAR set from the archive its author distributes.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export function loadCifarArchive(
  entry: CatalogueEntry,
  layout: CifarLayout,
  path: string,
  warn: (text: string) => void,
): Omit<Dataset, 'digest'> {
  const bytes = readFileSync(path);
  const held = readTar(decompress(path, bytes), path);
  const files = [...layout.train, ...layout.test].map((name): NamedBytes => {
    const content = held.get(`${layout.folder}/${name}`);
    if (content === undefined) {
      throw new InputError(
        `${path}: expected ${layout.folder}/${name} inside; found ${[...held.keys()].join(', ') || 'nothing'}.`,
      );
    }
    return { path: `${path}, ${name}`, bytes: content };
  });
  const content = decode(entry, layout, files);
  const { ok, expected, found } = checkOfficial(entry.files[0], bytes);
  if (!ok) {
    warn(
      `${path} has the right structure and is not the official file (${expected}; found ${found}): it is used as it is, and results are known by the digest of these very bytes.`,
    );
  }
  return content;
}
