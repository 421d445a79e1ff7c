import { channelsOf } from '../networks/channels.js';
import { InputError } from '../networks/errors.js';
import { type Network, parametersOf } from '../networks/network.js';
import type { Compact } from '../tickets/index.js';
import { networkOf } from './cell-specification.js';
import { compactOf } from './execute.js';
import type { StoredTensor } from './files/safetensors.js';
import type { FinishedCell } from './store.js';

/** What of a cell is written to a file: weights at the end, weights at early stop, or the mask. */
export const cellParts = ['final', 'early-stop', 'mask'] as const;
export type CellPart = (typeof cellParts)[number];

export interface ExportedTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Units left in each group of channels; null where none are pruned. */
  readonly units: string | null;
}

/**
 * The part of a cell that is written to a file: tensors in the shapes of the network that was trained, without its pruned units.
 *
 * @throws InputError for the mask of a dense network
 */
export function exportedTensors(cell: FinishedCell, what: CellPart): ExportedTensors {
  const { specification, mask } = cell;
  if (what === 'mask' && mask === null) {
    throw new InputError(`cell ${cell.id.slice(0, 12)} is the dense network and has no mask.`);
  }
  const whole = networkOf(specification);
  const compact = mask === null ? null : compactOf(specification, mask);
  const weights = what === 'early-stop' ? cell.earlyStopWeights : cell.finalWeights;
  const source = what === 'mask' ? (compact?.mask ?? mask) : (compact?.shrink(weights) ?? weights);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape } of parametersOf(compact?.network ?? whole)) {
    const values = source?.get(name);
    if (values !== undefined) tensors.set(name, { shape, values });
  }
  return { tensors, units: compact === null ? null : unitsLeft(whole, compact) };
}

/** `fc1 240 of 300, fc2 80 of 100`. */
function unitsLeft(whole: Network, { channels }: Compact): string {
  return channelsOf(whole)
    .groups.map(({ name, size }) => `${name} ${channels.get(name)?.length} of ${size}`)
    .join(', ');
}
