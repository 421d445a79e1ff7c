/** How an entropy that is counted is corrected for the number of examples. */
export type Correction = 'none' | 'miller-madow';

/**
 * Entropy in bits of a discrete distribution from how often each value was seen: `-sum p log2 p` with `p = n / N`.
 *
 * From N independent draws this is too low by about `(K - 1) / (2 N ln 2)` bits, K being how many values there are; Miller,
 * "Note on the bias of information estimates" (1955), adds that, K being how many were seen. That is right while each
 * value is seen several times: with values that were missed it corrects too little, and with a value an example it adds
 * 0.72 bits to log2 N, which is the most that N examples can have. Where the examples are all that there are, there is
 * nothing to correct.
 *
 * @param counts how often each value was seen; zeros are ignored
 */
export function entropyOfCounts(counts: ArrayLike<number>, correction: Correction = 'none'): number {
  let total = 0;
  let seen = 0;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i];
    if (count === 0) continue;
    total += count;
    seen++;
    sum += count * Math.log2(count);
  }
  if (total === 0) return 0;
  // What is one value throughout has none, whatever rounding says.
  const plain = seen === 1 ? 0 : Math.log2(total) - sum / total;
  return correction === 'none' ? plain : plain + (seen - 1) / (2 * total * Math.LN2);
}

/** Entropy in bits of the labels: the most that any layer can tell of them. */
export function labelEntropy(labels: ArrayLike<number>): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  return entropyOfCounts([...counts.values()]);
}
