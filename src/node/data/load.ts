import { join } from 'node:path';
import { builtIn } from '../../data/built-in.js';
import { type CatalogueEntry, type CatalogueFile, catalogue } from '../../data/catalogue.js';
import type { Dataset } from '../../data/dataset.js';
import { firstExamples } from '../../data/first-examples.js';
import { InputError } from '../../networks/errors.js';
import { FolderError } from '../folder-error.js';
import { type DownloadProgress, downloadFile } from './download.js';
import { cacheFolder, findCifar, findFile } from './find.js';
import { loadCifar } from './load-cifar.js';
import { type IdxPaths, loadIdx } from './load-idx.js';

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
    const found = findCifar(entry, options.dataFolder);
    const archive = entry.files[0];
    const here = found ?? { form: 'binary', paths: [await fileOf(entry, archive, options)], archive };
    return firstExamples(await loadCifar(entry, here, warn), train, test);
  }
  const paths: Partial<Record<CatalogueFile['role'], string>> = {};
  for (const file of entry.files) paths[file.role] = await fileOf(entry, file, options);
  return firstExamples(await loadIdx(entry, paths as IdxPaths, warn), train, test);
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
