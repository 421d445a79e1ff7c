import { parametersOf } from '../../networks/network.js';
import { readCellSummary } from '../cell-schema.js';
import { type CellSpecification, cellId, networkOf } from '../cell-specification.js';
import { cellDigests } from '../digest.js';
import type { CellDigests, CellSummary, FinishedCell } from '../store.js';
import { contentOf, filesOf, floatsOf, readNumber, snapshotsOf, writeNumber } from './cell-content.js';
import { sha256 } from './digest.js';
import { decodeHistory } from './history.js';
import { cellFiles, formats, STORE_FORMAT } from './places.js';
import { decodeSafetensors, type StoredTensor } from './safetensors.js';
import { damaged, openSealed, type ReadFile, seal } from './sealed-json.js';

/** How large a file is, and its SHA-256 in hex. */
export interface FileFacts {
  readonly bytes: number;
  readonly sha256: string;
}

/** What `cell.json` says. */
export interface CellFile {
  /** Every other file of the cell, by name. */
  readonly files: Readonly<Record<string, FileFacts>>;
  /** In format 1, SHA-256 of `cell` as it is written here; from format 2 on, of the whole file. */
  readonly sha256: string;
  readonly cell: CellSummary;
}

export const factsOfFile = (bytes: Uint8Array): FileFacts => ({ bytes: bytes.length, sha256: sha256(bytes) });

/** What is wrong with a file that should be as it is listed, as a clause; null when nothing is. */
export function wrongWithFile(bytes: Uint8Array, expected: FileFacts): string | null {
  if (bytes.length !== expected.bytes) return `expected ${expected.bytes} bytes, found ${bytes.length}`;
  const found = sha256(bytes);
  return found === expected.sha256 ? null : `expected SHA-256 ${expected.sha256}, found ${found}`;
}

/** The files of a cell by name, `cell.json` last. The same cell gives the same bytes. */
export function* encodeCell(cell: FinishedCell): Generator<readonly [string, Uint8Array]> {
  const files: Record<string, FileFacts> = {};
  for (const [name, bytes] of contentOf(cell)) {
    files[name] = factsOfFile(bytes);
    yield [name, bytes];
  }
  const { history, mask, finalWeights, earlyStopWeights, snapshots, ...summary } = cell;
  yield [cellFiles.summary, seal({ format: STORE_FORMAT, files, cell: summary }, { replacer: writeNumber, indent: 1 })];
}

/** Reads `cell.json`, which must be that of the cell of this name. */
export function readCellFile(bytes: Uint8Array, id: string): ReadFile<CellFile> {
  const opened = openSealed<CellFile>(bytes, { ...formats, reviver: readNumber });
  if (opened.kind === 'later' || opened.kind === 'damaged') return opened;
  const { cell: said, files, sha256: stated } = opened.fields;
  if (opened.kind === 'unsealed') {
    const text = JSON.stringify(said, writeNumber) ?? '';
    if (sha256(new TextEncoder().encode(text)) !== stated) {
      return damaged('the SHA-256 of its content is not the one that it states');
    }
  }
  if (said === undefined || stated === undefined || !isListing(files)) return damaged('expected a cell’s summary');
  const read = summaryOf(said, id);
  if ('wrong' in read) return damaged(read.wrong);
  const cell = read.summary;
  const expected = filesOf(cell);
  const listed = Object.keys(files);
  if (listed.length !== expected.length || expected.some((name) => files[name] === undefined)) {
    return damaged(`it lists the files ${listed.join(', ')}; a cell like this has ${expected.join(', ')}`);
  }
  return { kind: 'whole', content: { cell, files, sha256: stated } };
}

/** A summary as it was read, which must be that of the cell of this name; or what is wrong with it, as a clause. */
export function summaryOf(said: unknown, id: string): ReturnType<typeof readCellSummary> {
  const read = readCellSummary(said);
  if ('wrong' in read) return read;
  const cell = read.summary;
  if (cell.id !== id) return { wrong: `it is of cell ${cell.id}` };
  const named = nameOf(cell.specification);
  if (named === id) return read;
  return { wrong: `its specification is that of ${named === null ? 'no cell' : `cell ${named}`}` };
}

/** Whether a value lists files with their sizes and digests. */
export function isListing(value: unknown): value is Readonly<Record<string, FileFacts>> {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (file) =>
      Number.isSafeInteger(file?.bytes) && typeof file.sha256 === 'string' && /^[0-9a-f]{64}$/.test(file.sha256),
  );
}

/** The name of the cell that a specification describes; null where what was read is none. */
function nameOf(specification: CellSpecification): string | null {
  try {
    return cellId(specification);
  } catch {
    return null;
  }
}

/**
 * A whole cell from its files.
 *
 * @param read the bytes of one of them, checked against what is listed
 * @param pathOf what to call a file in messages
 * @throws InputError when one is not of its format
 */
export async function decodeCell(
  { cell, files }: CellFile,
  read: (name: string) => Promise<Uint8Array>,
  pathOf: (name: string) => string,
): Promise<FinishedCell> {
  const tensors = async (name: string): Promise<ReadonlyMap<string, StoredTensor>> =>
    files[name] === undefined ? new Map() : decodeSafetensors(await read(name), pathOf(name));
  const mask = cell.digests.mask === null ? null : await tensors(cellFiles.mask);
  return {
    ...cell,
    history: decodeHistory(await read(cellFiles.history), pathOf(cellFiles.history)),
    mask: mask && new Map([...mask].map(([name, { values }]) => [name, values as Uint8Array])),
    finalWeights: floatsOf(await tensors(cellFiles.weights)),
    earlyStopWeights: floatsOf(await tensors(cellFiles.earlyStop)),
    snapshots: snapshotsOf(await tensors(cellFiles.snapshots)),
  };
}

/** Names of the parts of a cell whose digests are not those that it states; `figures` where only those of the summary are not. */
export const differingParts = (cell: FinishedCell): string[] => differing(cell.digests, cellDigests(cell, cell));

function differing(stated: CellDigests, found: CellDigests): string[] {
  const parts = ['history', 'finalWeights', 'earlyStopWeights', 'mask'] as const;
  const names: string[] = parts.filter((part) => stated[part] !== found[part]);
  const iterations = new Set([...Object.keys(stated.snapshots), ...Object.keys(found.snapshots)]);
  if ([...iterations].some((at) => stated.snapshots[at] !== found.snapshots[at])) names.push('snapshots');
  return names.length === 0 && stated.cell !== found.cell ? ['figures'] : names;
}

/** Whether a cell's tensors and mask are those of its network, by names and sizes: what is not would be found only by whoever computes with it. */
export function fitsNetwork(cell: FinishedCell): boolean {
  const { mask, finalWeights, earlyStopWeights, snapshots } = cell;
  const sizes = new Map(parametersOf(networkOf(cell.specification)).map(({ name, size }) => [name, size]));
  const fits = (tensors: unknown): tensors is ReadonlyMap<string, unknown> =>
    tensors instanceof Map && [...tensors].every(([name, values]) => sizes.get(name) === values?.length);
  if (!(snapshots instanceof Map) || (mask !== null && !fits(mask))) return false;
  return [finalWeights, earlyStopWeights, ...snapshots.values()].every(
    (tensors) => fits(tensors) && tensors.size === sizes.size,
  );
}
