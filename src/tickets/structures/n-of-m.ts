import { InputError } from '../../networks/errors.js';
import { prunableParameters } from '../../networks/network.js';
import type { StructureKind } from './structure.js';
import { weights } from './weights.js';

export interface NOfM {
  readonly kind: 'n-of-m';
  readonly keep: number;
  readonly of: number;
}

/** How many of `length` consecutive inputs are kept: `keep` of a whole group; of a short one the same share, rounded up. */
function keptOf(length: number, { keep, of }: NOfM): number {
  return Math.ceil((keep * length) / of);
}

/** Weights of a tensor that stay. */
export function nOfMCount([outputs, inputs, ...window]: readonly number[], structure: NOfM): number {
  const whole = Math.floor(inputs / structure.of);
  const kept = whole * structure.keep + keptOf(inputs - whole * structure.of, structure);
  return window.reduce((product, size) => product * size, outputs * kept);
}

/** Leaves at most so many survivors in every group of consecutive inputs of an output and kernel place, in place. */
function keepInGroups(
  bits: Uint8Array,
  scores: Float32Array | Float64Array,
  [outputs, inputs]: readonly number[],
  structure: NOfM,
): void {
  const area = bits.length / (outputs * inputs);
  for (let o = 0; o < outputs; o++) {
    for (let place = 0; place < area; place++) {
      for (let first = 0; first < inputs; first += structure.of) {
        const length = Math.min(structure.of, inputs - first);
        const begin = (o * inputs + first) * area + place;
        const end = begin + length * area;
        let alive = 0;
        for (let w = begin; w < end; w += area) alive += bits[w];
        for (const kept = keptOf(length, structure); alive > kept; alive--) {
          // The lowest, of equals the first.
          let lowest = -1;
          for (let w = begin; w < end; w += area) {
            if (bits[w] !== 0 && (lowest < 0 || scores[w] < scores[lowest])) lowest = w;
          }
          bits[lowest] = 0;
        }
      }
    }
  }
}

/** n of each m consecutive inputs, which processors with sparse matrix units can use. */
export const nOfM: StructureKind<NOfM> = {
  title: 'single weights, n of each m consecutive inputs',
  source: 'Mishra et al. 2021',
  elements: 'weights',
  scopes: ['layer'],
  reason: 'it keeps the same share of every row of every layer',
  check: ({ keep, of }) =>
    Number.isInteger(keep) && Number.isInteger(of) && keep >= 1 && keep < of
      ? null
      : { setting: ['keep'], value: keep, because: `of is ${of}`, expected: 'whole numbers, 1 <= keep < of' },
  counted: (network) => weights.counted(network, { kind: 'weights' }),
  alive: (_, mask) => mask,
  prune: (network, mask, scored, structure, groups) => {
    const result = new Map([...mask].map(([name, bits]): [string, Uint8Array] => [name, bits.slice()]));
    const parameters = new Map(prunableParameters(network).map((parameter) => [parameter.name, parameter]));
    for (const { tensors, keep } of groups) {
      const chosen = tensors.map((name) => {
        const parameter = parameters.get(name);
        if (parameter === undefined) throw new InputError(`${name} is not a weight tensor of ${network.name}.`);
        return parameter;
      });
      const whole = chosen.reduce((sum, { size }) => sum + size, 0);
      if (keep === whole) continue;
      const kept = chosen.reduce((sum, { shape }) => sum + nOfMCount(shape, structure), 0);
      if (keep !== kept) {
        throw new InputError(
          `${tensors.join(', ')}: ${keep} weights are to survive; ${structure.keep} of each ${structure.of} are ${kept}, and all are ${whole}.`,
        );
      }
      for (const { name, shape } of chosen) {
        const bits = result.get(name) as Uint8Array;
        const scores = scored.get(name);
        if (scores?.length !== bits.length) {
          throw new InputError(
            `${name} has ${scores?.length ?? 'no'} scores; expected one for each of ${bits.length} weights.`,
          );
        }
        keepInGroups(bits, scores, shape, structure);
      }
    }
    return result;
  },
};
