import type { Sampler } from '../../kernels/kernels.js';
import type { Mask, Tensors } from '../../networks/network.js';
import { StreamReader, stream } from '../../random/stream.js';
import { applyMask } from '../mask.js';
import type { Start, StartDraws } from './start.js';
import {
  noise,
  ownDistribution,
  randomSign,
  redrawMagnitude,
  reshuffle,
  signedConstant,
  signFlipped,
} from './values.js';

export type { Start, StartContext } from './start.js';

/** What survivors may start from in place of their initial values, by name: one line each. */
export const starts = {
  'own-distribution': ownDistribution,
  reshuffle,
  'signed-constant': signedConstant,
  'redraw-magnitude': redrawMagnitude,
  'sign-flipped': signFlipped,
  'random-sign': randomSign,
  noise,
} as const satisfies Record<string, Start>;

export type StartName = keyof typeof starts;

export const startNames = Object.keys(starts) as StartName[];

/** Those that take a number. */
export const startsOfAmount: ReadonlySet<StartName> = new Set(
  startNames.filter((name) => (starts[name] as Start).takesAmount === true),
);

/** What a start is made from. */
export interface StartSource {
  readonly initial: Tensors;
  /** A random re-initialisation. */
  readonly redrawn: Tensors;
  readonly mask: Mask;
  readonly seed: number;
  /** For a start that takes a number; default: 0. */
  readonly amount?: number | undefined;
  readonly sampler: Sampler;
}

/** The values that a ticket starts from: of its weights by the start, of everything without a mask the initial ones. Pruned places are +0. */
export function startValues(
  name: StartName,
  { initial, redrawn, mask, seed, amount = 0, sampler }: StartSource,
): Map<string, Float32Array> {
  const start: Start = starts[name];
  const values = new Map<string, Float32Array>();
  let place = 0;
  for (const [tensor, before] of initial) {
    const bits = mask.get(tensor);
    values.set(
      tensor,
      bits === undefined
        ? before
        : start.of({
            initial: before,
            mask: bits,
            redrawn: redrawn.get(tensor) as Float32Array,
            draws: drawsOf(seed, place, sampler),
            amount,
          }),
    );
    place++;
  }
  return applyMask(values, mask);
}

function drawsOf(seed: number, place: number, sampler: Sampler): StartDraws {
  const reader = new StreamReader(stream(seed, 'start-places', place));
  return {
    normal: (count) => sampler.normal(stream(seed, 'start', place), count),
    below: (bound) => reader.below(bound),
  };
}
