import { expectedCounts } from '../../analysis/overlap/index.js';
import type { AgreementFound, VariationFound } from './found.js';

/** How many trials keep a weight, over all layers that are pruned, in shares of their weights. */
export interface KeptByTrials {
  /** Trials. */
  readonly trials: number;
  /** Share of weights that exactly so many trials keep, from none to all; of independent masks likewise. */
  readonly exactly: readonly number[];
  readonly exactlyByChance: readonly number[];
  /** The core: kept by all; the union: kept by any. */
  readonly core: number;
  readonly coreByChance: number;
  readonly union: number;
  readonly unionByChance: number;
  /** Mean share that a trial keeps. */
  readonly density: number;
}

/** What all trials of a variation agree on at a level; null where it is not measured, or no layer is pruned. */
export function keptByTrials(
  { agreements }: Pick<VariationFound, 'agreements'>,
  level: number,
  layer: string | null = null,
): KeptByTrials | null {
  const found = agreements.find((one) => one.level === level);
  if (found === undefined) return null;
  const layers = prunedIn(found, layer);
  const size = layers.reduce((sum, one) => sum + one.size, 0);
  if (size === 0) return null;
  const trials = layers[0].kept.length;
  const exactly = new Array<number>(trials + 1).fill(0);
  const exactlyByChance = new Array<number>(trials + 1).fill(0);
  let kept = 0;
  for (const one of layers) {
    const chance = expectedCounts(one);
    for (let k = 0; k <= trials; k++) {
      exactly[k] += one.counts[k] / size;
      exactlyByChance[k] += chance[k] / size;
    }
    for (const count of one.kept) kept += count / (size * trials);
  }
  return {
    trials,
    exactly,
    exactlyByChance,
    core: exactly[trials],
    coreByChance: exactlyByChance[trials],
    union: 1 - exactly[0],
    unionByChance: 1 - exactlyByChance[0],
    density: kept,
  };
}

const prunedIn = ({ layers }: AgreementFound, layer: string | null) =>
  layers.filter((one) => (layer === null || one.layer === layer) && one.kept.some((count) => count < one.size));
