import { InputError } from '../../networks/errors.js';
import { fullMask, type Mask, type Network } from '../../networks/network.js';
import { canonicalJson } from '../canonical.js';
import { networkOf } from '../cell-specification.js';
import type { FinishedCell } from '../store.js';

/**
 * The network that cells have in common, and the mask of each, which is full for a dense network.
 *
 * @throws InputError when they have several networks
 */
export function masksOf(cells: readonly FinishedCell[]): {
  readonly network: Network;
  readonly masks: readonly Mask[];
} {
  const [first] = cells;
  const network = networkOf(first.specification);
  for (const { id, specification } of cells) {
    if (canonicalJson(specification.network) !== canonicalJson(first.specification.network)) {
      throw new InputError(`masks of cells ${first.id} and ${id} cannot be compared: they have different networks.`);
    }
  }
  return { network, masks: cells.map(({ mask }) => mask ?? fullMask(network)) };
}
