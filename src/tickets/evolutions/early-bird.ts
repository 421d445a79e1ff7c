import type { Mask } from '../../networks/network.js';
import type { MaskChange, MaskEvolution, MaskMoment } from '../../training/evolution.js';
import type { KeepGroup } from '../ladder.js';
import type { Score, ScoreName } from '../scores/index.js';
import { checkChannels, pruneChannels, survivingChannels } from './channels.js';
import { checkGroups, checkShare, checkWhole } from './checks.js';
import { checkScore, drawAt } from './draw.js';
import type { Evolution } from './evolution.js';
import { maskDistance, relativeDistance } from './mask-distance.js';

export interface EarlyBirdSettings {
  readonly kind: 'early-bird';
  /** Iterations between masks: an epoch, in the paper. */
  readonly every: number;
  /** Of single weights; channels go by the scale of their batch normalisation whatever it is. */
  readonly score: ScoreName | Score;
  /** Survivors of each mask. Tensors in no group are not pruned. */
  readonly groups: readonly KeepGroup[];
  /** What groups count: `channels`, as in the authors' code, those of largest |scale|. Default: weights. */
  readonly prunes?: 'weights' | 'channels';
  /** Earlier masks that the next is compared with: 4 in the authors' code, which keeps five. Default: 5. */
  readonly memory?: number;
  /**
   * `relative`: as a share of the bits in which two such masks can differ at most; it may reach the threshold. `absolute`: as a share
   * of all bits, and below the threshold, which any two masks of a density below half of it are. Default: absolute, as in cells from
   * before there was a choice.
   */
  readonly distance?: 'relative' | 'absolute';
  /** Distance that all of them may have; default: 0.1. */
  readonly threshold?: number;
  /** What follows when the mask has settled: training ends, or goes on with it, as in the authors' code. Default: stop. */
  readonly afterwards?: 'stop' | 'continue';
}

/** One mask as it is drawn, and as it is compared with others: weights, or channels. */
interface Drawn {
  readonly mask: Mask;
  readonly compared: Mask;
}

/**
 * Trains the dense network until the mask that pruning would give stays the same: a mask is computed at regular intervals, and
 * when the largest distance to those before it is small, training ends or goes on with it. If that never happens, the result is the
 * mask at the end of training.
 */
export const earlyBird: Evolution<EarlyBirdSettings> = {
  title: 'the dense network is trained until the mask that pruning would give has settled, then pruned to it',
  source: 'You et al. 2020 (Early-Bird), section 3 and algorithm 1',
  begins: 'dense',
  of: (settings, network, seed) => {
    const { every, score, groups, prunes = 'weights', memory = 5, threshold = 0.1 } = settings;
    const { distance = 'absolute', afterwards = 'stop' } = settings;
    checkWhole('every', every, 1);
    checkWhole('memory', memory, 1);
    checkShare('threshold', threshold);
    checkScore(score);
    if (prunes === 'channels') checkChannels(network, groups);
    else checkGroups(network, groups);
    const draw = (moment: MaskMoment): Drawn => {
      if (prunes === 'weights') {
        const mask = drawAt(moment, score, groups, seed);
        return { mask, compared: mask };
      }
      const mask = pruneChannels(network, moment.mask, moment.weights, groups);
      return { mask, compared: survivingChannels(network, mask) };
    };
    const isClose = (one: Mask, other: Mask) =>
      distance === 'relative'
        ? relativeDistance(one, other, groups) <= threshold
        : maskDistance(one, other) < threshold;
    return remembering(every, memory, (moment, last) => {
      const { iteration, iterations } = moment;
      const { mask, compared } = draw(moment);
      const settled = last.length === memory && last.every((before) => isClose(compared, before));
      if (!settled && iteration !== iterations) return { compared, change: { kind: 'keep' } };
      return { compared, change: { kind: afterwards === 'continue' ? 'change' : 'stop', mask } };
    });
  },
};

interface Looked {
  readonly compared: Mask;
  readonly change: MaskChange;
}

/** Where the mask of a training that goes on is found, in what a checkpoint holds. */
const FOUND = 'found';

/** Looks at regular intervals, with the last few masks at hand, until the mask changes. */
function remembering(
  every: number,
  memory: number,
  look: (moment: MaskMoment, last: readonly Mask[]) => Looked,
): MaskEvolution {
  let last: Mask[] = [];
  let found = false;
  return {
    next: (iteration) => (found ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(iteration / every)) * every),
    change: (moment) => {
      if (found) return { kind: 'keep' };
      const { compared, change } = look(moment, last);
      last = [...last, compared].slice(-memory);
      if (change.kind === 'change') {
        found = true;
        last = [];
      }
      return change;
    },
    save: () =>
      new Map([
        ...last.flatMap((mask, place) =>
          [...mask].map(([name, bits]): [string, Uint8Array] => [`${place}/${name}`, bits]),
        ),
        ...(found ? [[FOUND, Uint8Array.of(1)] as const] : []),
      ]),
    load: (state) => {
      const masks: Map<string, Uint8Array>[] = [];
      found = state.has(FOUND);
      for (const [key, bits] of state) {
        if (key === FOUND) continue;
        const slash = key.indexOf('/');
        const place = Number(key.slice(0, slash));
        masks[place] ??= new Map();
        masks[place].set(key.slice(slash + 1), bits as Uint8Array);
      }
      last = masks;
    },
  };
}
