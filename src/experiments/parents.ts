import { InputError } from '../networks/errors.js';
import type { FinishedCell } from './store.js';

type Parent = Pick<FinishedCell, 'mask' | 'finalWeights' | 'snapshots'>;

/** Finished cells by name: what a cell is made from. */
export type Parents = ReadonlyMap<string, Parent>;

/** @throws InputError when it is not among them */
export function parentOf(parents: Parents, id: string): Parent {
  const parent = parents.get(id);
  if (parent === undefined) throw new InputError(`cell ${id} is needed first, but is not trained yet.`);
  return parent;
}
