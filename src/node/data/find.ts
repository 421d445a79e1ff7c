import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { type CatalogueEntry, type CatalogueFile, catalogue } from '../../data/catalogue.js';
import { InputError } from '../../networks/errors.js';
import { expandHome } from './home.js';

/** The platform's usual folder for files that can be downloaded again. */
export function cacheFolder(env = process.env, platform = process.platform): string {
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'lottery-lab', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'lottery-lab');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lottery-lab');
}

/** Folders searched for data: the one given, `LOTTERY_DATA`, the cache. */
export function dataFolders(given?: string): string[] {
  return [...namedFolders(given), cacheFolder()];
}

/** Folders that a person named for data: files may lie in them as they are, without a folder of the set's name. */
function namedFolders(given?: string): string[] {
  return [given, process.env.LOTTERY_DATA]
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => expandHome(folder as string));
}

/** Where a set may lie, in the order of search, and whether files there may be any set's. */
function places(entry: CatalogueEntry, within: readonly (string | undefined)[], given?: string) {
  const named = namedFolders(given);
  return dataFolders(given).flatMap((folder) => [
    ...[entry.name, ...within].flatMap((sub) =>
      sub === undefined ? [] : [{ place: join(folder, sub), isShared: false }],
    ),
    ...(named.includes(folder) ? [{ place: folder, isShared: true }] : []),
  ]);
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A file as its authors name it, or with a dot in its name, as some unpack it; compressed or not. */
const namesOf = (name: string) => {
  const bare = name.replace(/\.gz$/, '');
  const dotted = bare.replace(/-(idx\d-ubyte)$/, '.$1');
  return [name, bare, `${dotted}.gz`, dotted];
};

/**
 * Where a file of a data set lies, compressed or not: in the set's own folder, where torchvision leaves it, or in the folder itself.
 *
 * @throws InputError where the folder itself has another set's file of that name
 */
export function findFile(entry: CatalogueEntry, file: CatalogueFile, given?: string): string | undefined {
  for (const { place, isShared } of places(entry, [entry.torchvision], given)) {
    const path = namesOf(file.name)
      .map((name) => join(place, name))
      .find(isFile);
    if (path === undefined) continue;
    if (isShared) refuseOthers(entry, file, path);
    return path;
  }
  return undefined;
}

/** MNIST and Fashion-MNIST have files of the same names: a checksum tells them apart. */
function refuseOthers(entry: CatalogueEntry, { role }: CatalogueFile, path: string): void {
  if (!path.endsWith('.gz')) return;
  for (const other of catalogue) {
    const theirs = other.files.find((file) => file.role === role && role !== 'archive');
    if (other.name === entry.name || theirs === undefined || !checkOfficial(theirs, path).ok) continue;
    throw new InputError(
      `${path} is, by its checksum, a file of ${other.name}; expected one of ${entry.name}. Put each set into a folder of its name.`,
    );
  }
}

/** A CIFAR set as it was found: single files in the order of training and test files, or an archive. */
export interface FoundCifar {
  readonly form: 'binary' | 'pickled';
  readonly paths: readonly string[];
  /** The archive that was found, as its author describes it. */
  readonly archive?: CatalogueFile;
}

/** Where a CIFAR set lies, in the first folder that has all its files, or an archive. */
export function findCifar(entry: CatalogueEntry, given?: string): FoundCifar | undefined {
  const { cifar, pickled } = entry;
  if (cifar === undefined) return undefined;
  const spots = places(entry, [cifar.folder, pickled?.folder], given);
  for (const { place } of spots) {
    const find = ({ train, test }: Pick<typeof cifar, 'train' | 'test'>) => {
      const paths = [...train, ...test].map((name) => [join(place, name), join(place, `${name}.gz`)].find(isFile));
      return paths.every((path) => path !== undefined) ? paths : undefined;
    };
    const binary = find(cifar);
    if (binary !== undefined) return { form: 'binary', paths: binary };
    const python = pickled && find(pickled);
    if (python !== undefined) return { form: 'pickled', paths: python };
  }
  for (const { place } of spots) {
    for (const [form, archive] of [
      ['binary', entry.files[0]],
      ['pickled', pickled?.archive],
    ] as const) {
      const path = archive && join(place, archive.name);
      if (path !== undefined && isFile(path)) return { form, paths: [path], archive };
    }
  }
  return undefined;
}

export interface FileStatus {
  readonly file: string;
  readonly path: string | null;
  readonly state: 'ok' | 'differs' | 'unchecked' | 'missing';
  readonly detail: string;
}

/** Whether a file as it is distributed is the official one, by whichever digest is known. It is read piece by piece. */
export function checkOfficial(file: CatalogueFile, path: string): { ok: boolean; expected: string; found: string } {
  const algorithm = file.sha256 ? 'sha256' : 'md5';
  const expected = file.sha256 ?? file.md5 ?? '';
  const hash = createHash(algorithm);
  const piece = Buffer.alloc(1 << 20);
  const open = openSync(path, 'r');
  try {
    for (let read = 1; read > 0; ) {
      read = readSync(open, piece);
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(open);
  }
  const found = hash.digest('hex');
  return { ok: found === expected, expected: `${algorithm} ${expected}`, found };
}

/** Where each file of a data set is, and whether it is the official one. */
export function datasetStatus(entry: CatalogueEntry, given?: string): FileStatus[] {
  const cifar = findCifar(entry, given);
  if (cifar?.archive !== undefined) return [officialStatus(cifar.archive, cifar.paths[0])];
  if (cifar !== undefined) {
    return cifar.paths.map((path) => ({
      file: basename(path),
      path,
      state: 'unchecked',
      detail: 'no official checksum is known for single files, only for the archive',
    }));
  }
  return entry.files.map((file): FileStatus => {
    const path = findFile(entry, file, given);
    if (path === undefined) return { file: file.name, path: null, state: 'missing', detail: 'not found' };
    if (!path.endsWith('.gz')) return { file: file.name, path, state: 'unchecked', detail: 'not compressed' };
    return officialStatus(file, path);
  });
}

function officialStatus(file: CatalogueFile, path: string): FileStatus {
  const { ok, expected, found } = checkOfficial(file, path);
  return {
    file: file.name,
    path,
    state: ok ? 'ok' : 'differs',
    detail: ok ? expected : `expected ${expected}, found ${found}`,
  };
}
