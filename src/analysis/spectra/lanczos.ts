import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type Stream, StreamReader } from '../../random/stream.js';

/** A symmetric matrix, known by what it makes of a vector. It may not keep or change what it is given. */
export type SymmetricProduct = (vector: Float64Array) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** An eigenvalue as Lanczos's method finds it. */
export interface RitzValue {
  readonly value: number;
  /** Some eigenvalue of the matrix lies no further from `value` than this: the length of what the Ritz vector leaves over. */
  readonly bound: number;
}

/** What is below this, as a share of the largest number that the recurrence has met, is taken for rounding. */
const ROUNDING = 1e-13;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Takes away from a vector what lies along each of some others, twice over, which leaves nothing of them but rounding. */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let sweep = 0; sweep < 2; sweep++) {
    for (const other of basis) {
      const along = dot(vector, other);
      for (let i = 0; i < vector.length; i++) vector[i] -= along * other[i];
    }
  }
}

/** A unit vector across all that are there. Its direction is drawn, each number uniform on (-1, 1). */
function drawnVector(size: number, reader: StreamReader, basis: readonly Float64Array[]): Float64Array {
  const vector = Float64Array.from({ length: size }, () => 2 * reader.uniform() - 1);
  orthogonalise(vector, basis);
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

/**
 * Eigenvalues of a symmetric matrix by Lanczos's method with full reorthogonalisation (Golub and Van Loan, "Matrix
 * Computations", sections 10.1 and 10.3): the largest and the smallest come out first. Double precision, sums in one order.
 *
 * Where the vectors found span all that the start vector reaches, it goes on from a new one, drawn across them, so that as
 * many steps as the matrix has rows give every eigenvalue as often as it occurs.
 *
 * @param size rows of the matrix
 * @param steps products to take; no more than rows are
 * @param from where the start vector is drawn from
 * @returns largest first, as many as steps taken; null where a product is not finite
 */
export async function lanczos(
  product: SymmetricProduct,
  size: number,
  steps: number,
  from: Stream,
): Promise<RitzValue[] | null> {
  const reader = new StreamReader(from);
  const count = Math.min(size, steps);
  const basis: Float64Array[] = [];
  /** The diagonal of the tridiagonal matrix, and what stands below it. */
  const diagonal: number[] = [];
  const below: number[] = [];
  let scale = 0;
  let next = count === 0 ? null : drawnVector(size, reader, basis);
  while (next !== null) {
    basis.push(next);
    const image = Float64Array.from(await product(next));
    const along = dot(next, image);
    if (!Number.isFinite(along)) return null;
    diagonal.push(along);
    orthogonalise(image, basis);
    const rest = Math.sqrt(dot(image, image));
    if (!Number.isFinite(rest)) return null;
    scale = Math.max(scale, Math.abs(along), rest);
    const isSpanned = rest <= ROUNDING * scale;
    below.push(isSpanned ? 0 : rest);
    if (basis.length === count) next = null;
    else next = isSpanned ? drawnVector(size, reader, basis) : image.map((value) => value / rest);
  }
  return ritzValues(diagonal, below);
}

/** Eigenvalues of the tridiagonal matrix, largest first. The last of `below` is what the recurrence leaves over. */
function ritzValues(diagonal: readonly number[], below: readonly number[]): RitzValue[] {
  const count = diagonal.length;
  if (count === 0) return [];
  const matrix = Matrix.zeros(count, count);
  for (let i = 0; i < count; i++) {
    matrix.set(i, i, diagonal[i]);
    if (i + 1 === count) continue;
    matrix.set(i, i + 1, below[i]);
    matrix.set(i + 1, i, below[i]);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, i) => ({ value, bound: Math.abs(below[count - 1] * eigenvectorMatrix.get(count - 1, i)) }))
    .sort((a, b) => b.value - a.value);
}
