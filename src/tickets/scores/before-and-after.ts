import type { Score, ScoreContext } from './score.js';

/**
 * The criteria of Zhou et al. 2019 (figure 2), which place a weight by its values before and after training. Those of the
 * paper that ask for both to be large put the thresholds at the same percentile of either; the lower of a weight's two
 * ranks among the survivors of its layer says the same, for every threshold at once.
 */
const source = 'Zhou et al. 2019, figure 2';

const both =
  (value: (before: number, after: number) => number) =>
  ({ initial, trained }: ScoreContext): Float32Array =>
    trained.map((after, i) => value(initial[i], after));

/** Ranks of survivors by a value as shares of their number, 1 for the highest; equal values by place. Pruned weights rank 0. */
function ranks({ mask }: ScoreContext, value: (i: number) => number): Float32Array {
  const alive = Array.from(mask.keys()).filter((i) => mask[i] !== 0);
  const values = Float64Array.from(mask, (_, i) => value(i));
  alive.sort((a, b) => values[a] - values[b] || a - b);
  const rank = new Float32Array(mask.length);
  alive.forEach((i, place) => {
    rank[i] = (place + 1) / alive.length;
  });
  return rank;
}

/** The lower of a weight's ranks before and after training; `sign` is 1 for large values and -1 for small ones. */
const lowerRank =
  (sign: 1 | -1) =>
  (context: ScoreContext): Float32Array => {
    const before = ranks(context, (i) => sign * Math.abs(context.initial[i]));
    const after = ranks(context, (i) => sign * Math.abs(context.trained[i]));
    return before.map((rank, i) => Math.min(rank, after[i]));
  };

const common = { source, needsInitial: true } as const;

export const smallFinal: Score = {
  title: 'the smallest |weight| after training',
  source,
  of: ({ trained }) => trained.map((after) => -Math.abs(after)),
};

export const largeInitial: Score = {
  ...common,
  title: 'the largest |weight| before training',
  of: both((before) => Math.abs(before)),
};

export const smallInitial: Score = {
  ...common,
  title: 'the smallest |weight| before training',
  of: both((before) => -Math.abs(before)),
};

export const largeInitialLargeFinal: Score = {
  ...common,
  title: 'those large before and after training',
  of: lowerRank(1),
};

export const smallInitialSmallFinal: Score = {
  ...common,
  title: 'those small before and after training',
  of: lowerRank(-1),
};

export const magnitudeIncrease: Score = {
  ...common,
  title: 'the largest increase of |weight| in training',
  of: both((before, after) => Math.abs(after) - Math.abs(before)),
};

export const movement: Score = {
  ...common,
  title: 'those that moved furthest in training',
  of: both((before, after) => Math.abs(after - before)),
};

/** The same score among weights that kept their sign; those that changed it, or are zero after training, go first of all. */
export function sameSign(score: Score): Score {
  return {
    ...score,
    title: `${score.title}, if the sign is the same`,
    needsInitial: true,
    of: (context) => {
      const { initial, trained } = context;
      return score
        .of(context)
        .map((value, i) => (Math.sign(initial[i]) === Math.sign(trained[i]) ? value : Number.NEGATIVE_INFINITY));
    },
  };
}
