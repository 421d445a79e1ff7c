import type { RunSpecification } from './schema.js';

/** Settings of one of two schedules that share a group. */
export function ofDynamic({ schedule, dynamic = {} }: RunSpecification['pruning']): string[] {
  const own = { drop: 'set', grow: 'set', atChange: 'rigl' } as const;
  return Object.entries(own).flatMap(([setting, only]) =>
    dynamic[setting as keyof typeof own] === undefined ||
    schedule === only ||
    (schedule !== 'set' && schedule !== 'rigl')
      ? []
      : [
          `pruning.dynamic.${setting} is a setting of schedule ${only}, but pruning.schedule is ${schedule}; remove it.`,
        ],
  );
}

/** Optimisers, rates and weights of a learned mask that do not go together. */
export function ofLearned(
  { schedule, learned = {} }: RunSpecification['pruning'],
  rewind: RunSpecification['rewind'],
): string[] {
  if (schedule !== 'supermask' && schedule !== 'edge-popup') return [];
  const { lr, optimiser, initialisation = schedule === 'edge-popup' ? 'he-signed-constant' : 'run' } = learned;
  const found: string[] = [];
  if (optimiser !== undefined && optimiser !== 'run') {
    if (lr !== undefined) {
      found.push(`pruning.learned has both lr and an optimiser with a rate of its own; expected one of the two.`);
    }
    if (optimiser.schedule?.steps !== undefined && optimiser.schedule.cosine !== undefined) {
      found.push('pruning.learned.optimiser.schedule has both steps and cosine; expected one of them, or neither.');
    }
    if (optimiser.name === 'sgd' && optimiser.nesterov && optimiser.momentum === 0) {
      found.push('pruning.learned.optimiser.nesterov is true without momentum; set a momentum, or nesterov to false.');
    }
  }
  if (initialisation !== 'run' && rewind !== 0 && rewind !== '0ep') {
    found.push(
      `rewind is ${rewind}, but the mask is learned over weights of another initialisation (pruning.learned.initialisation: ${initialisation}), which the dense network never had; expected 0, or initialisation run.`,
    );
  }
  return found;
}
