/** How often each place is kept by several masks of one tensor. */
export interface Agreement {
  /** Places in all. */
  readonly size: number;
  /** Places that each mask keeps. */
  readonly kept: readonly number[];
  /** Places that exactly so many of the masks keep, from none to all. */
  readonly counts: readonly number[];
}

/**
 * Counts for every place how many masks keep it.
 *
 * @throws RangeError when the masks are not of one size
 */
export function agreementOf(masks: readonly Uint8Array[]): Agreement {
  const size = masks[0]?.length ?? 0;
  if (masks.some((mask) => mask.length !== size)) throw new RangeError('masks of several sizes cannot be compared.');
  const counts = new Array<number>(masks.length + 1).fill(0);
  const kept = masks.map(() => 0);
  for (let i = 0; i < size; i++) {
    let times = 0;
    for (let m = 0; m < masks.length; m++) {
      times += masks[m][i];
      kept[m] += masks[m][i];
    }
    counts[times]++;
  }
  return { size, kept, counts };
}

/** Places that all masks keep. */
export function coreOf(masks: readonly Uint8Array[]): Uint8Array {
  return masks[0].map((_, i) => (masks.every((mask) => mask[i] !== 0) ? 1 : 0));
}

/** Places that any mask keeps. */
export function unionOf(masks: readonly Uint8Array[]): Uint8Array {
  return masks[0].map((_, i) => (masks.some((mask) => mask[i] !== 0) ? 1 : 0));
}

/**
 * The Poisson binomial distribution: the probabilities that so many of several independent events happen, from none to all.
 *
 * @param probabilities of each event
 */
export function poissonBinomial(probabilities: readonly number[]): number[] {
  let chances = [1];
  for (const p of probabilities) {
    chances = [...chances, 0].map((same, k) => same * (1 - p) + (k === 0 ? 0 : chances[k - 1] * p));
  }
  return chances;
}

/**
 * The places that so many of the masks would keep, on average, were they independent with the sizes they have: exact, since
 * each keeps a given place with a probability of its density.
 */
export function expectedCounts({ size, kept }: Agreement): number[] {
  if (size === 0) return new Array<number>(kept.length + 1).fill(0);
  return poissonBinomial(kept.map((count) => count / size)).map((probability) => probability * size);
}
