import { type Network, parametersOf, type Tensors } from '../../networks/network.js';
import { networkOf } from '../cell-specification.js';
import type { CellSummary, FinishedCell } from '../store.js';
import { encodeHistory } from './history.js';
import { cellFiles } from './places.js';
import { encodeSafetensors, type StoredTensor } from './safetensors.js';

/** The files of a cell beside its summary, and what must be in them. */

/** JSON has no word for NaN and the infinities, which a diverged cell's measurements may be. */
export const writeNumber = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;

/** The inverse of `writeNumber`. */
export function readNumber(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('number' in value) || Object.keys(value).length !== 1)
    return value;
  return Number((value as { number: string }).number);
}

/** Names of the files that a cell of this summary has, beside the summary itself. */
export function filesOf({ digests }: Pick<CellSummary, 'digests'>): string[] {
  return [
    cellFiles.history,
    cellFiles.weights,
    cellFiles.earlyStop,
    ...(digests.mask === null ? [] : [cellFiles.mask]),
    ...(Object.keys(digests.snapshots).length === 0 ? [] : [cellFiles.snapshots]),
  ];
}

/** The files of a cell but its summary. */
export function contentOf(cell: FinishedCell): [string, Uint8Array][] {
  const network = networkOf(cell.specification);
  const encode = (tensors: Iterable<readonly [string, Float32Array | Uint8Array]>) =>
    encodeSafetensors(new Map(withShapes(tensors, network)));
  const content: [string, Uint8Array][] = [
    [cellFiles.history, encodeHistory(cell.history)],
    [cellFiles.weights, encode(cell.finalWeights)],
    [cellFiles.earlyStop, encode(cell.earlyStopWeights)],
  ];
  if (cell.mask) content.push([cellFiles.mask, encode(cell.mask)]);
  if (cell.snapshots.size > 0) {
    const all = [...cell.snapshots].flatMap(([iteration, tensors]) => withShapes(tensors, network, `${iteration}/`));
    content.push([cellFiles.snapshots, encodeSafetensors(new Map(all))]);
  }
  return content;
}

const shapesOf = (network: Network) => new Map(parametersOf(network).map(({ name, shape }) => [name, shape]));

function withShapes(values: Iterable<readonly [string, Float32Array | Uint8Array]>, network: Network, prefix = '') {
  const shapes = shapesOf(network);
  return [...values].map(([name, array]): [string, StoredTensor] => [
    prefix + name,
    { shape: shapes.get(name) ?? [array.length], values: array },
  ]);
}

export const floatsOf = (tensors: Iterable<readonly [string, StoredTensor]>): Tensors =>
  new Map([...tensors].map(([name, { values }]) => [name, values as Float32Array]));

/** Tensors of a cell's snapshots by iteration, from their names `iteration/tensor`. */
export function snapshotsOf(stored: Iterable<readonly [string, StoredTensor]>): Map<number, Tensors> {
  const snapshots = new Map<number, Map<string, Float32Array>>();
  for (const [name, { values }] of stored) {
    const slash = name.indexOf('/');
    const iteration = Number(name.slice(0, slash));
    if (!snapshots.has(iteration)) snapshots.set(iteration, new Map());
    snapshots.get(iteration)?.set(name.slice(slash + 1), values as Float32Array);
  }
  return snapshots;
}
