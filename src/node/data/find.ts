import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { CatalogueEntry, CatalogueFile } from '../../data/catalogue.js';

/** The platform's usual folder for files that can be downloaded again. */
export function cacheFolder(env = process.env, platform = process.platform): string {
  if (platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'lottery-lab', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'lottery-lab');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lottery-lab');
}

/** Folders searched for data: the one given, `LOTTERY_DATA`, the cache. */
export function dataFolders(given?: string): string[] {
  return [given, process.env.LOTTERY_DATA, cacheFolder()].filter((folder): folder is string => Boolean(folder));
}

/** Where a file of a data set lies, compressed or not: in the set's own sub-folder, or in the folder itself. */
export function findFile(entry: CatalogueEntry, { name }: CatalogueFile, given?: string): string | undefined {
  const names = [name, name.replace(/\.gz$/, '')];
  for (const folder of dataFolders(given)) {
    // A file in the folder itself may be any set's: only a folder that was named for it is trusted with that.
    const places = folder === given ? [join(folder, entry.name), folder] : [join(folder, entry.name)];
    for (const place of places) {
      for (const candidate of names) {
        const path = join(place, candidate);
        if (existsSync(path)) return path;
      }
    }
  }
  return undefined;
}

/** Where the files of a CIFAR set lie in a folder, in the order of training and test files; undefined unless all are there. */
export function findBatches(entry: CatalogueEntry, given?: string): string[] | undefined {
  const { cifar } = entry;
  if (cifar === undefined) return undefined;
  for (const folder of dataFolders(given)) {
    for (const place of [join(folder, entry.name), join(folder, cifar.folder), ...(folder === given ? [folder] : [])]) {
      const paths = [...cifar.train, ...cifar.test].map((name) =>
        [join(place, name), join(place, `${name}.gz`)].find((path) => existsSync(path)),
      );
      if (paths.every((path) => path !== undefined)) return paths;
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

/** Whether a compressed file is the official one, by whichever digest is known. */
export function checkOfficial(
  file: CatalogueFile,
  bytes: Uint8Array,
): { ok: boolean; expected: string; found: string } {
  const algorithm = file.sha256 ? 'sha256' : 'md5';
  const expected = file.sha256 ?? file.md5 ?? '';
  const found = createHash(algorithm).update(bytes).digest('hex');
  return { ok: found === expected, expected: `${algorithm} ${expected}`, found };
}

/** Where each file of a data set is, and whether it is the official one. */
export function datasetStatus(entry: CatalogueEntry, given?: string): FileStatus[] {
  const batches = findBatches(entry, given);
  if (batches !== undefined) {
    return batches.map((path) => ({
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
    const { ok, expected, found } = checkOfficial(file, readFileSync(path));
    return {
      file: file.name,
      path,
      state: ok ? 'ok' : 'differs',
      detail: ok ? expected : `expected ${expected}, found ${found}`,
    };
  });
}
