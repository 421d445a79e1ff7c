/** Ranks from 1 on; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b] || a - b);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to++;
    for (let k = from; k <= to; k++) ranks[order[k]] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/**
 * Spearman's rank correlation: the correlation of ranks, equal values sharing theirs.
 *
 * @returns null for fewer than two values, or where one side has no spread or a NaN, which has no rank
 * @throws RangeError when there are not as many on both sides
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values cannot be paired.`);
  if (a.length < 2 || [...a, ...b].some(Number.isNaN)) return null;
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const centre = (a.length + 1) / 2;
  let [products, left, right] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    products += (x[i] - centre) * (y[i] - centre);
    left += (x[i] - centre) ** 2;
    right += (y[i] - centre) ** 2;
  }
  return left === 0 || right === 0 ? null : products / Math.sqrt(left * right);
}
