import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Columns taken at a time, so that what is multiplied stays close at hand. */
const TILE = 2048;

/**
 * Adds A A^T to a symmetric matrix, its lower triangle and diagonal alone.
 *
 * @param rows of A, all of one length
 * @param sums `[row][row]`
 */
export function addGram(rows: readonly Float32Array[], sums: Float64Array): void {
  const count = rows.length;
  const length = rows[0]?.length ?? 0;
  for (let begin = 0; begin < length; begin += TILE) {
    const end = Math.min(length, begin + TILE);
    for (let a = 0; a < count; a++) {
      const left = rows[a];
      for (let b = 0; b <= a; b++) {
        const right = rows[b];
        let sum = 0;
        for (let i = begin; i < end; i++) sum += left[i] * right[i];
        sums[a * count + b] += sum;
      }
    }
  }
}

/**
 * Every eigenvalue of a symmetric matrix, largest first.
 *
 * @param lower `[row][row]`, of which the lower triangle and the diagonal are read
 * @returns null where a number is not finite
 */
export function symmetricEigenvalues(lower: Float64Array, size: number): number[] | null {
  const matrix = Matrix.zeros(size, size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const value = lower[a * size + b];
      if (!Number.isFinite(value)) return null;
      matrix.set(a, b, value);
      matrix.set(b, a, value);
    }
  }
  if (size === 0) return [];
  return [...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues].sort((a, b) => b - a);
}
