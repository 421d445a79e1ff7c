import type { Shaped } from './scope.js';

/**
 * Whole numbers of survivors that add up to a total. A parameter runs from keeping nothing to keeping everything; the counts
 * wanted at one value of it are rounded to the nearest. Where several counts increase at the same value, the first of them do.
 *
 * No tensor keeps more for a smaller total, as it might if remainders were distributed separately each time: masks of a
 * falling ladder are nested. (This is Webster's divisor method of apportionment.)
 *
 * @param wanted survivors of each tensor at a value of the parameter, as real numbers; more than its size counts as its size
 * @param nothing the value at which less than half a weight of each is wanted
 * @param everything the value at which every tensor is kept whole
 * @throws RangeError when there are fewer weights
 */
export function countsTo(
  total: number,
  sizes: readonly number[],
  wanted: (point: number) => readonly number[],
  [nothing, everything]: readonly [nothing: number, everything: number],
): number[] {
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const countsAt = (point: number) => wanted(point).map((value, i) => Math.min(sizes[i], Math.floor(value + 0.5)));
  if (!(total >= sum(countsAt(nothing)) && total <= sum(sizes))) {
    throw new RangeError(`${total} weights cannot be spread over ${sizes.join(', ')}.`);
  }
  if (total === sum(sizes)) return [...sizes];
  let [few, many] = [nothing, everything];
  // Until no double is between them.
  for (;;) {
    const middle = (few + many) / 2;
    if (middle === few || middle === many) break;
    if (sum(countsAt(middle)) > total) many = middle;
    else few = middle;
  }
  const counts = countsAt(few);
  const more = countsAt(many);
  for (let left = total - sum(counts); left > 0; ) {
    for (let i = 0; i < counts.length && left > 0; i++) {
      if (counts[i] >= more[i]) continue;
      counts[i]++;
      left--;
    }
  }
  return counts;
}

/**
 * Survivors per tensor at densities in given proportions, which add up to a total; a layer whose density would exceed 1
 * stays dense, and the others share the rest (Evci et al. 2020, appendix).
 */
export function proportionalCounts(
  parameters: readonly Shaped[],
  total: number,
  densities: readonly number[],
): number[] {
  const sizes = parameters.map(({ size }) => size);
  const wanted = (factor: number) => sizes.map((size, i) => size * Math.min(1, densities[i] * factor));
  return countsTo(total, sizes, wanted, [0, 1 / Math.min(...densities)]);
}

/** The same density in every layer. */
export function uniformCounts(parameters: readonly Shaped[], total: number): number[] {
  return proportionalCounts(
    parameters,
    total,
    parameters.map(() => 1),
  );
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** Density in proportion to (n_in + n_out) / (n_in n_out), of channels alone in a convolution (Mocanu et al. 2018, equation 3). */
export function erdosRenyiCounts(parameters: readonly Shaped[], total: number): number[] {
  const density = ({ shape: [outputs, inputs] }: Shaped) => (outputs + inputs) / (outputs * inputs);
  return proportionalCounts(parameters, total, parameters.map(density));
}

/** The same with the kernel's rows and columns among the sizes: (n_in + n_out + h + w) / (n_in n_out h w) (Evci et al. 2020, section 3). */
export function erdosRenyiKernelCounts(parameters: readonly Shaped[], total: number): number[] {
  const density = ({ shape }: Shaped) => shape.reduce((sum, size) => sum + size, 0) / product(shape);
  return proportionalCounts(parameters, total, parameters.map(density));
}
