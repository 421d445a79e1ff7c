/** A number of each weight and one other; a plain loop, since there may be many millions. */
export function byWeight(
  weights: Float32Array,
  other: Float64Array,
  value: (weight: number, other: number) => number,
): Float64Array {
  const found = new Float64Array(weights.length);
  for (let i = 0; i < found.length; i++) found[i] = value(weights[i], other[i]);
  return found;
}
