import { channelsOf } from '../../networks/channels.js';
import { type Mask, type Network, type Parameter, prunableParameters } from '../../networks/network.js';
import type { Paths } from './paths.js';
import { eachSurvivor } from './survivors.js';

/** The hidden units of one group of channels: those of a layer, or of layers whose outputs are added. */
export interface UnitCounts {
  /** The first layer that gives them. */
  readonly layer: string;
  readonly units: number;
  /** Units that some path of surviving weights from an input to an output leads through. */
  readonly live: number;
  /** Live units that exactly one surviving weight comes into, or exactly one goes out of. */
  readonly bottlenecks: number;
}

/**
 * Which hidden units a signal can pass, and how narrowly. A unit that takes nothing in still gives its bias, but nothing of
 * the input; it counts as dead, as does one that nothing reads, and one that leads to dead units alone.
 */
export function unitsOf(network: Network, mask: Mask, { over }: Pick<Paths, 'over'>): UnitCounts[] {
  const weights = new Map(prunableParameters(network).map((parameter) => [parameter.name, parameter]));
  return channelsOf(network).groups.map(({ name, size, rows, columns }) => {
    const taken = new Float64Array(size);
    const given = new Float64Array(size);
    const passing = new Float64Array(size);
    for (const { tensor, repeat } of rows) {
      const parameter = weights.get(tensor);
      if (parameter === undefined) continue;
      eachSurvivor(parameter, mask, (output) => {
        taken[Math.floor(output / repeat)]++;
      });
    }
    for (const { tensor, repeat } of columns) {
      const flow = over.get(tensor);
      eachSurvivor(weights.get(tensor) as Parameter, mask, (_, input, place) => {
        const unit = Math.floor(input / repeat);
        given[unit]++;
        passing[unit] += flow?.[place] ?? 0;
      });
    }
    let [live, bottlenecks] = [0, 0];
    for (let unit = 0; unit < size; unit++) {
      if (passing[unit] === 0) continue;
      live++;
      if (taken[unit] === 1 || given[unit] === 1) bottlenecks++;
    }
    return { layer: name, units: size, live, bottlenecks };
  });
}
