import type { Start, StartContext } from './start.js';

/** Starts that take the ticket's initial values apart: their distribution, their places, their signs, their magnitudes. */

const survivorsOf = ({ initial, mask }: StartContext): number[] => {
  const alive: number[] = [];
  for (let i = 0; i < initial.length; i++) if (mask[i] !== 0) alive.push(i);
  return alive;
};

/** Standard deviation of a layer's initial values before pruning, in double precision, rounded to single. */
function deviationOf({ initial }: StartContext): number {
  let mean = 0;
  for (const value of initial) mean += value;
  mean /= initial.length;
  let square = 0;
  for (const value of initial) square += (value - mean) ** 2;
  return Math.fround(Math.sqrt(square / initial.length));
}

const signed = (sign: number, magnitude: number) => (sign < 0 ? -magnitude : magnitude);

export const ownDistribution: Start = {
  title: 'values sampled from the ticket’s initial values in that layer',
  source: 'Frankle and Carbin 2019, appendix F',
  draws: true,
  of: (context) => {
    const alive = survivorsOf(context);
    const values = new Float32Array(context.initial.length);
    for (const i of alive) values[i] = context.initial[alive[context.draws.below(alive.length)]];
    return values;
  },
};

export const reshuffle: Start = {
  title: 'the ticket’s initial values, in a random order within the layer',
  source: 'Zhou et al. 2019, section 4',
  draws: true,
  of: (context) => {
    const alive = survivorsOf(context);
    const order = alive.slice();
    for (let i = order.length - 1; i > 0; i--) {
      const j = context.draws.below(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    const values = new Float32Array(context.initial.length);
    alive.forEach((place, k) => {
      values[place] = context.initial[order[k]];
    });
    return values;
  },
};

export const signedConstant: Start = {
  title: 'one standard deviation of the layer’s initialisation, with the sign of the initial value',
  source: 'Zhou et al. 2019, section 4',
  of: (context) => {
    const size = deviationOf(context);
    return context.initial.map((value) => signed(value, size));
  },
};

export const redrawMagnitude: Start = {
  title: 'the magnitude of a random re-initialisation, with the sign of the initial value',
  source: 'Zhou et al. 2019, section 4',
  draws: true,
  of: ({ initial, redrawn }) => initial.map((value, i) => signed(value, Math.abs(redrawn[i]))),
};

export const signFlipped: Start = {
  title: 'the initial value with the other sign',
  source: 'Zhou et al. 2019, section 4',
  of: ({ initial }) => initial.map((value) => -value),
};

export const randomSign: Start = {
  title: 'the initial value’s magnitude, with a random sign',
  source: 'Zhou et al. 2019, section 4',
  draws: true,
  of: ({ initial, draws }) => initial.map((value) => (draws.below(2) === 0 ? value : -value)),
};

export const noise: Start = {
  title: 'the initial value plus Gaussian noise, in standard deviations of the layer’s initialisation',
  source: 'Frankle and Carbin 2019, appendix F',
  draws: true,
  takesAmount: true,
  of: (context) => {
    const { initial, draws, amount } = context;
    const size = Math.fround(amount * deviationOf(context));
    const normal = draws.normal(initial.length);
    return initial.map((value, i) => value + Math.fround(size * normal[i]));
  },
};
