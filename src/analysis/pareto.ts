/** What a thing costs and how good it is; less and more are better. */
export interface Offer {
  readonly cost: number;
  readonly quality: number;
}

/**
 * Which offers are on the Pareto front: none other costs no more and is no worse, and is better in one of the two. Equals
 * are on it together.
 */
export function paretoFront(offers: readonly Offer[]): boolean[] {
  return offers.map(
    (one) =>
      !offers.some(
        (other) =>
          other.cost <= one.cost &&
          other.quality >= one.quality &&
          (other.cost < one.cost || other.quality > one.quality),
      ),
  );
}
