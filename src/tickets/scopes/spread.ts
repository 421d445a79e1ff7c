import type { Parameter } from '../../networks/network.js';

/**
 * Whole numbers close to what is wanted that add up to a total: each is rounded down, and those that lose most by it get one
 * more, of equals the first. None is more than its size.
 */
export function wholeCounts(wanted: readonly number[], sizes: readonly number[], total: number): number[] {
  const counts = wanted.map((value, i) => Math.min(sizes[i], Math.floor(value)));
  let left = total - counts.reduce((sum, count) => sum + count, 0);
  const order = [...counts.keys()].sort((a, b) => wanted[b] - counts[b] - (wanted[a] - counts[a]) || a - b);
  while (left !== 0) {
    const before = left;
    for (const i of left > 0 ? order : [...order].reverse()) {
      if (left > 0 && counts[i] < sizes[i]) {
        counts[i]++;
        left--;
      } else if (left < 0 && counts[i] > 0) {
        counts[i]--;
        left++;
      }
      if (left === 0) break;
    }
    if (left === before) throw new RangeError(`${total} weights cannot be spread over ${sizes.join(', ')}.`);
  }
  return counts;
}

/**
 * Survivors a tensor at densities that stand to one another as given, which add up to a total; a layer that would be more than
 * full stays whole, and the others share the rest (Evci et al. 2020, appendix).
 */
export function proportionalCounts(
  parameters: readonly Parameter[],
  total: number,
  densities: readonly number[],
): number[] {
  const sizes = parameters.map(({ size }) => size);
  const full = new Set<number>();
  for (;;) {
    const rest = total - [...full].reduce((sum, i) => sum + sizes[i], 0);
    const weight = sizes.reduce((sum, size, i) => sum + (full.has(i) ? 0 : size * densities[i]), 0);
    const factor = weight === 0 ? 0 : rest / weight;
    const over = sizes.findIndex((_, i) => !full.has(i) && factor * densities[i] > 1);
    if (over < 0) {
      return wholeCounts(
        sizes.map((size, i) => (full.has(i) ? size : size * densities[i] * factor)),
        sizes,
        total,
      );
    }
    full.add(over);
  }
}

/** The same density in every layer. */
export function uniformCounts(parameters: readonly Parameter[], total: number): number[] {
  return proportionalCounts(
    parameters,
    total,
    parameters.map(() => 1),
  );
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

/** Density in proportion to (n_in + n_out) / (n_in n_out), of channels alone in a convolution (Mocanu et al. 2018, equation 3). */
export function erdosRenyiCounts(parameters: readonly Parameter[], total: number): number[] {
  const density = ({ shape: [outputs, inputs] }: Parameter) => (outputs + inputs) / (outputs * inputs);
  return proportionalCounts(parameters, total, parameters.map(density));
}

/** The same with the kernel's rows and columns among the sizes: (n_in + n_out + h + w) / (n_in n_out h w) (Evci et al. 2020, section 3). */
export function erdosRenyiKernelCounts(parameters: readonly Parameter[], total: number): number[] {
  const density = ({ shape }: Parameter) => shape.reduce((sum, size) => sum + size, 0) / product(shape);
  return proportionalCounts(parameters, total, parameters.map(density));
}
