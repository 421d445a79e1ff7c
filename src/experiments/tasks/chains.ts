import type { Task } from './task.js';

/**
 * The longest chain of work from each task down, over tasks of its own kind, in the unit of their costs. Tasks with the
 * longest chains go first: tickets wait on each other, controls on nobody, so controls fill the gaps and the last ones end
 * together.
 *
 * @param tasks parents before children
 */
export function chainCosts(tasks: readonly Pick<Task, 'id' | 'kind' | 'cost' | 'parents'>[]): Map<string, number> {
  const kinds = new Map(tasks.map(({ id, kind }) => [id, kind]));
  const chains = new Map<string, number>();
  for (const { id, kind, cost, parents } of [...tasks].reverse()) {
    const own = cost + (chains.get(id) ?? 0);
    for (const parent of parents) {
      if (kinds.get(parent) === kind) chains.set(parent, Math.max(chains.get(parent) ?? 0, own));
    }
    chains.set(id, own);
  }
  return chains;
}
