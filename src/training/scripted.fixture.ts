import { fullMask, type Mask, type Network } from '../networks/network.js';
import { StreamReader, stream } from '../random/stream.js';
import type { MaskChange, MaskEvolution, MaskMoment } from './evolution.js';
import type { TrainingPlan } from './types.js';

/** An evolution that does at each iteration what a table says. */
export function scripted(script: ReadonlyMap<number, (moment: MaskMoment) => MaskChange>): MaskEvolution {
  return {
    next: (iteration) => Math.min(Number.POSITIVE_INFINITY, ...[...script.keys()].filter((at) => at >= iteration)),
    change: (moment) => script.get(moment.iteration)?.(moment) ?? { kind: 'keep' },
  };
}

/** Random bits at a density, by a label of its own for each iteration. */
export function drawnMask(network: Network, density: number, seed: number, iteration: number): Mask {
  const reader = new StreamReader(stream(seed, 'drawn', iteration));
  return new Map([...fullMask(network)].map(([name, ones]) => [name, ones.map(() => +(reader.uniform() < density))]));
}

/** Another random mask at each of some iterations. */
export const redrawn = (plan: TrainingPlan, at: readonly number[], densities: readonly number[], seed: number) =>
  scripted(
    new Map(
      at.map((iteration, i) => [
        iteration,
        () => ({ kind: 'change', mask: drawnMask(plan.network, densities[i % densities.length], seed, iteration) }),
      ]),
    ),
  );
