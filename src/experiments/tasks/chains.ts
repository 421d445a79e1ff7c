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

/**
 * Tasks in the order in which those that are ready are begun: cells before measurements, and among those of one kind the one with the
 * longest chain of work below it. Tasks that are alike stay in the order in which they are given.
 *
 * @param tasks parents before children
 */
export function inOrderOfExecution<One extends Pick<Task, 'id' | 'kind' | 'cost' | 'parents'>>(
  tasks: readonly One[],
): One[] {
  const chains = chainCosts(tasks);
  const chain = ({ id }: One) => chains.get(id) ?? 0;
  const kind = (task: One) => (task.kind === 'cell' ? 0 : 1);
  return [...tasks].sort((a, b) => kind(a) - kind(b) || chain(b) - chain(a));
}
