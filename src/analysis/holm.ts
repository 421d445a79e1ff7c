/**
 * Holm's step-down correction of p values for testing several hypotheses at once: "A Simple Sequentially Rejective
 * Multiple Test Procedure" (1979). Rejecting where the result is below a level keeps the chance of any false
 * rejection below that level.
 *
 * @param ps p values; null or NaN for a test that could not be made, which is null in the result and is not counted
 * @returns corrected p values, in the order given
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const order = ps
    .flatMap((p, place) => (p === null || Number.isNaN(p) ? [] : [{ p, place }]))
    .sort((a, b) => a.p - b.p);
  const corrected: (number | null)[] = ps.map(() => null);
  let least = 0;
  order.forEach(({ p, place }, rank) => {
    least = Math.max(least, Math.min(1, p * (order.length - rank)));
    corrected[place] = least;
  });
  return corrected;
}
