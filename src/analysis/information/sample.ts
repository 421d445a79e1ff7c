/** What a layer puts out for some examples. */
export interface LayerSample {
  /** `[count][units]`. */
  readonly values: Float32Array | Float64Array;
  /** Examples. */
  readonly count: number;
  /** Values of one example; of a convolution its flattened maps. */
  readonly units: number;
}

/**
 * Information of a layer T in bits: about the input X, which is the number of the example, and about the label Y.
 *
 * T is a function of X, so that without noise or rounding I(X;T) would be H(T), and infinite for a continuous T. Every
 * estimator here makes it finite in its own way, and none of these is the layer's own.
 */
export interface Information {
  /** I(X;T). */
  readonly ofInput: number;
  /** I(T;Y). */
  readonly ofLabel: number;
}

/** @throws RangeError when lengths do not agree, or there is nothing to look at */
export function checkSample({ values, count, units }: LayerSample, labels?: ArrayLike<number>): void {
  if (count < 1 || units < 1 || values.length !== count * units) {
    throw new RangeError(`a layer's sample has ${values.length} values; expected ${count} examples of ${units} units.`);
  }
  if (labels !== undefined && labels.length !== count) {
    throw new RangeError(`there are ${labels.length} labels for ${count} examples; expected one each.`);
  }
}

/** The examples of each label, labels ascending, examples in their order. */
export function placesByLabel(labels: ArrayLike<number>): number[][] {
  const places = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const list = places.get(labels[i]);
    if (list === undefined) places.set(labels[i], [i]);
    else list.push(i);
  }
  return [...places].sort(([a], [b]) => a - b).map(([, list]) => list);
}
