/** What a thing costs and how good it is; less and more are better. */
export interface Offer {
  readonly cost: number;
  readonly quality: number;
}

/**
 * Which offers are on the Pareto front: none other costs no more and is no worse, and is better in one of the two. Equals
 * are on it together. An offer with a NaN is not on it, since nothing can be said of it.
 */
export function paretoFront(offers: readonly Offer[]): boolean[] {
  return offers.map(
    (one) =>
      !Number.isNaN(one.cost) &&
      !Number.isNaN(one.quality) &&
      !offers.some(
        (other) =>
          other.cost <= one.cost &&
          other.quality >= one.quality &&
          (other.cost < one.cost || other.quality > one.quality),
      ),
  );
}
