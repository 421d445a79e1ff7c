import { readZip, unpackEntry, type ZipEntry } from '../../data/formats/zip.js';
import { cellFiles, isPlainName, places } from '../../experiments/files/places.js';
import { InputError } from '../../networks/errors.js';

/** Files of an archive of a store, by what they belong to. Nothing is unpacked yet. */
export interface ArchiveEntries {
  readonly marker: ZipEntry;
  /** Files by name, by the cell's name. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, ZipEntry>>;
  readonly measurements: ReadonlyMap<string, ZipEntry>;
  /** Records by the folder's name. */
  readonly runs: ReadonlyMap<string, ZipEntry>;
  readonly studies: ReadonlyMap<string, ZipEntry>;
  /** How many files are not taken in: reports, checkpoints, and what processes that shared the store told one another. */
  readonly leftOut: number;
}

const kind = {
  expected: 'a zip archive of a store',
  packed: 'stored or deflated, as zip programs do by default',
};

/** Most files, and bytes of a file that is not a cell's weights: those of this program have a hundredth of that. */
const MOST_FILES = 1_000_000;
const MOST_JSON = 2 ** 24;

/** Most bytes that an archive may unpack to, where nothing else is said. */
export const MOST_UNPACKED = 2 ** 32;

/** Folders and files of a store that are not taken in. */
const other =
  /^(?:(?:checkpoints|claims|workers|failures|slurm|tmp|damaged)\/.*|slurm\.yaml|(?:runs|studies)\/[^/]+\/.+)$/s;
/** What programs that pack folders add of their own. */
const added = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/s;

/**
 * Reads the directory of an archive: that every file in it has a place in a store, once, and that all of them unpacked are no more than
 * they may be.
 *
 * @param most bytes that it may unpack to
 * @throws InputError that says which file is wrong, and why
 */
export function entriesOf(bytes: Uint8Array, file: string, most = MOST_UNPACKED): ArchiveEntries {
  const listed = readZip(bytes, file, kind);
  if (listed.length > MOST_FILES) {
    throw new InputError(`${file}: it holds ${listed.length} files; at most ${MOST_FILES} can be taken in.`);
  }
  const all = new Map<string, ZipEntry>();
  for (const entry of listed) {
    checkName(entry.name, file);
    if (all.has(entry.name)) throw new InputError(`${file}: ${entry.name} is in it twice.`);
    all.set(entry.name, entry);
  }
  const files = [...all.values()].filter(({ name }) => !name.endsWith('/') && !added.test(name));
  checkSizes(files, bytes.length, most, file);
  const root = rootOf(files, file);
  const cells = new Map<string, Map<string, ZipEntry>>();
  const found = {
    cells,
    measurements: new Map<string, ZipEntry>(),
    runs: new Map<string, ZipEntry>(),
    studies: new Map<string, ZipEntry>(),
  };
  let leftOut = 0;
  for (const entry of files) {
    const path = entry.name.slice(root.length);
    const inCell = /^cells\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\/([^/]+)$/.exec(path);
    const measurement = /^measurements\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.json$/.exec(path);
    const record = /^(runs|studies)\/([^/]+)\/(run|study)\.json$/.exec(path);
    const isRecord = record !== null && (record[1] === 'runs') === (record[3] === 'run') && isPlainName(record[2]);
    if (inCell !== null) {
      const own = cells.get(inCell[2]) ?? new Map<string, ZipEntry>();
      cells.set(inCell[2], own.set(inCell[3], entry));
    } else if (measurement !== null) found.measurements.set(measurement[2], entry);
    else if (isRecord) found[record[1] as 'runs' | 'studies'].set(record[2], entry);
    else if (other.test(path)) leftOut++;
    else if (path !== places.marker) {
      throw new InputError(`${file}: ${entry.name} is nothing that belongs in a store.`);
    }
  }
  const isBulk = new Set<string>(Object.values(cellFiles).filter((name) => name !== cellFiles.summary));
  for (const entry of files) {
    const isSmall = !isBulk.has(entry.name.slice(entry.name.lastIndexOf('/') + 1));
    if (isSmall && entry.size > MOST_JSON && !other.test(entry.name.slice(root.length))) {
      throw new InputError(
        `${file}: ${entry.name} says that it has ${entry.size} bytes; expected at most ${MOST_JSON}.`,
      );
    }
  }
  return { ...found, marker: all.get(root + places.marker) as ZipEntry, leftOut };
}

/** @throws InputError for a name that could lead out of the folder into which somebody unpacks the archive */
function checkName(name: string, file: string): void {
  const parts = name.replace(/\/$/, '').split('/');
  const isInside =
    !name.includes('\\') &&
    !/^[A-Za-z]:/.test(name) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 255);
  if (!isInside) {
    throw new InputError(
      `${file}: ${JSON.stringify(name.slice(0, 200))} cannot name a file in a store; nothing is taken in.`,
    );
  }
}

function checkSizes(files: readonly ZipEntry[], length: number, most: number, file: string): void {
  const packed = files.reduce((sum, entry) => sum + entry.packed.length, 0);
  if (packed > length) {
    throw new InputError(`${file}: its files lie over one another; it is damaged, or made to fill the memory.`);
  }
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  if (size > most) {
    throw new InputError(
      `${file}: it says that it unpacks to ${size} bytes; at most ${most} can be taken in here. Pack fewer experiments.`,
    );
  }
}

/** The folder in the archive that is the store, with a slash at its end; '' where the archive itself is. */
function rootOf(files: readonly ZipEntry[], file: string): string {
  const roots = files
    .filter(({ name }) => name === places.marker || name.endsWith(`/${places.marker}`))
    .map(({ name }) => name.slice(0, name.length - places.marker.length))
    .sort((a, b) => a.length - b.length);
  if (roots.length === 0) {
    throw new InputError(
      `${file}: expected a store, which has a ${places.marker}; found none. Pack the whole folder of a store, or export one here.`,
    );
  }
  const [root] = roots;
  const outside = files.find(({ name }) => !name.startsWith(root));
  if (outside !== undefined) {
    throw new InputError(
      `${file}: ${outside.name} lies outside the store ${root}; pack the folder of one store alone.`,
    );
  }
  return root;
}

/** The bytes of a file. @throws InputError when they are not what the archive says */
export const bytesOf = (entry: ZipEntry, file: string): Uint8Array => unpackEntry(entry, file);
