import { once } from 'node:events';
import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CatalogueEntry, CatalogueFile } from '../../data/catalogue.js';
import { FolderError } from '../folder-error.js';
import { checkOfficial } from './find.js';

export interface DownloadProgress {
  readonly file: string;
  readonly received: number;
  /** Null where the server does not say. */
  readonly total: number | null;
}

export interface DownloadOptions {
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Ends the download; the part that arrived is kept and a later download resumes from it. */
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds without a byte after which a mirror is given up. */
const PATIENCE = 30_000;

const sizeOf = (path: string) => {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
};

/** One attempt at one mirror; resumes where `part` ends if the server can. */
async function attempt(address: string, part: string, file: string, { onProgress, signal }: DownloadOptions) {
  const have = sizeOf(part);
  const control = new AbortController();
  let timer = setTimeout(() => control.abort(), PATIENCE);
  const ended = signal === undefined ? control.signal : AbortSignal.any([control.signal, signal]);
  try {
    const response = await fetch(address, {
      signal: ended,
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
    });
    // 416: nothing is left to fetch; the checksum decides whether what is there is right.
    if (response.status === 416) return;
    if (!response.ok || !response.body) throw new Error(`${response.status} ${response.statusText}`);
    const goesOn = response.status === 206;
    let received = goesOn ? have : 0;
    const length = Number(response.headers.get('content-length'));
    const total = length > 0 ? received + length : null;
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    body.on('data', (chunk: Buffer) => {
      clearTimeout(timer);
      timer = setTimeout(() => control.abort(), PATIENCE);
      received += chunk.length;
      onProgress?.({ file, received, total });
    });
    const written = createWriteStream(part, { flags: goesOn ? 'a' : 'w' });
    try {
      await pipeline(body, written, { signal: ended });
    } finally {
      // A write may be under way still where the rest did not come: the next attempt begins after all that is there.
      if (!written.closed) await once(written, 'close');
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Downloads one file of a data set into `folder`: tries the mirrors in order, twice; resumes from what an earlier attempt
 * left behind; checks the digest; puts the file in place in one step.
 *
 * @returns its path
 * @throws the signal's reason once it fires; InputError when no mirror gives the right file, saying what each one answered and where to put it by hand
 */
export async function downloadFile(
  entry: CatalogueEntry,
  file: CatalogueFile,
  folder: string,
  options: DownloadOptions = {},
): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, file.name);
  const part = `${path}.part`;
  const answers: string[] = [];
  for (const mirror of [...entry.mirrors, ...entry.mirrors]) {
    try {
      await attempt(mirror + file.name, part, file.name, options);
      const { ok, expected, found } = checkOfficial(file, part);
      if (ok) {
        renameSync(part, path);
        return path;
      }
      rmSync(part, { force: true });
      answers.push(`${mirror}: expected ${expected}, got ${found}`);
    } catch (error) {
      options.signal?.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      answers.push(`${mirror}: ${error instanceof Error ? error.message : error}${cause}`);
    }
  }
  throw new FolderError(
    `${file.name} of ${entry.name} could not be downloaded.\n  ${answers.join('\n  ')}\nPut the file into ${folder} by hand, or use a folder that has it. The built-in data set strokes needs no download.`,
    'data',
  );
}
