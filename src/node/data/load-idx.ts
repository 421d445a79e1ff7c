import { dirname, join } from 'node:path';
import type { CatalogueEntry } from '../../data/catalogue.js';
import type { Dataset } from '../../data/dataset.js';
import { datasetFromIdx, type IdxRole, type IdxSource } from '../../data/from-idx.js';
import { checkOfficial } from './find.js';
import { firstBytes, readPromised } from './read-file.js';

/** Where the four files of an MNIST-like set lie. */
export type IdxPaths = Readonly<Record<IdxRole, string>>;

const sourceAt = (path: string): IdxSource => ({
  name: path,
  first: (length) => firstBytes(path, length),
  read: (promised) => readPromised(path, promised),
});

/**
 * Reads an MNIST-like set.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function loadIdx(
  entry: CatalogueEntry,
  paths: IdxPaths,
  warn: (text: string) => void,
): Promise<Omit<Dataset, 'digest'>> {
  const dataset = await datasetFromIdx(entry, {
    'train-images': sourceAt(paths['train-images']),
    'train-labels': sourceAt(paths['train-labels']),
    'test-images': sourceAt(paths['test-images']),
    'test-labels': sourceAt(paths['test-labels']),
  });
  warnOfOthers(entry, paths, warn);
  return dataset;
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
    const path = paths[file.role as IdxRole];
    if (!path.endsWith('.gz')) continue;
    const { ok, expected, found } = checkOfficial(file, path);
    if (ok) continue;
    warn(
      `${path} is not the official file (${expected}; found ${found}): it is used as it is, and results are known by the digest of these very bytes.`,
    );
  }
}
