import { existsSync } from 'node:fs';
import { catalogue, catalogueEntry, type Dataset, unitLength } from '../data/index.js';
import type { RunSpecification } from '../experiments/schema.js';
import { suggestions } from '../experiments/suggest.js';
import { printable } from '../networks/printable.js';
import { type DownloadProgress, expandHome, loadDataset, loadOwnData } from '../node/data/index.js';
import { exitCodes, UsageError } from './errors.js';
import { byteText, isLive, type Output } from './terminal.js';

/** Rows of name and description of every data set known by name. */
export function dataSources(): string[][] {
  return [
    ...catalogue.map(({ name, description }) => [name, description]),
    ['path: ...', 'your own: an .npz file, or a folder with a folder of PNG or JPEG files for each class'],
  ];
}

/** @throws UsageError with suggestions when no data set is called so */
export function knownDataset(name: string): NonNullable<ReturnType<typeof catalogueEntry>> {
  const entry = catalogueEntry(name);
  if (entry !== undefined) return entry;
  const names = catalogue.map((known) => known.name);
  const near = suggestions(name, names);
  throw new UsageError(
    `no data set is called ${name}; ${near.length > 0 ? `did you mean ${near.join(' or ')}?` : `known are ${names.join(', ')}; set data.path for your own data.`}`,
  );
}

/** Shows a download: one line, updated in place, on a terminal; one line per file elsewhere. */
export function downloadView(output: Output): (progress: DownloadProgress) => void {
  const live = isLive(output);
  let shown = '';
  let drawn = 0;
  return ({ file, received, total }) => {
    if (!live) {
      if (file !== shown) output.write(`getting ${file}${total === null ? '' : ` (${byteText(total)})`}\n`);
      shown = file;
      return;
    }
    const now = performance.now();
    const done = total !== null && received >= total;
    if (now - drawn < 100 && !done) return;
    drawn = now;
    const whole = total === null ? '' : ` of ${byteText(total)}`;
    output.write(`\r\u001b[Kgetting ${file}: ${byteText(received)}${whole}${done ? '\n' : ''}`);
  };
}

export interface DataOptions {
  readonly folder?: string | undefined;
  /** Where downloads are shown. */
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * The data of a specification, found, drawn or downloaded.
 *
 * @throws InputError naming the file, what was expected and what was found
 */
export async function openData(data: RunSpecification['data'], options: DataOptions): Promise<Dataset> {
  const dataset = await foundData(data, options);
  return data.normalisation === 'unit-length' ? unitLength(dataset) : dataset;
}

async function foundData(
  { name, path, train, test, seed, range, channels, shape, transparency }: RunSpecification['data'],
  { folder, output, signal }: DataOptions,
): Promise<Dataset> {
  const onStop = (): void => {
    output.write('\nStopped while downloading data; the part that arrived is kept, and the same command resumes.\n');
    process.exit(exitCodes.failed);
  };
  const note = (text: string): void => {
    output.write(`note: ${printable(text)}\n`);
  };
  signal.addEventListener('abort', onStop, { once: true });
  try {
    if (path !== undefined) {
      if (!existsSync(expandHome(path)))
        throw new UsageError(`data.path is ${path}; expected an .npz file or a folder, found nothing there.`);
      return await loadOwnData({ path, train, test, choices: { range, channels, shape, transparency }, onNote: note });
    }
    const entry = knownDataset(name as string);
    return await loadDataset(
      { name: entry.name, train, test, seed },
      {
        dataFolder: folder,
        onProgress: downloadView(output),
        onWarning: note,
      },
    );
  } finally {
    signal.removeEventListener('abort', onStop);
  }
}
