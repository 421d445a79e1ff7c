import type { Parameter } from '../../networks/network.js';
import type { Draws, Initialiser } from './initialiser.js';

/**
 * `columns` orthonormal columns of `rows` numbers, uniformly distributed: the Q of a Gaussian matrix's decomposition by
 * Householder reflections, each column with the sign that makes R's diagonal positive (Mezzadri 2007). Double precision in
 * a fixed order, additions, multiplications, divisions and roots alone: the same bits everywhere.
 *
 * @param gaussian the matrix, column after column; rows >= columns
 * @returns Q, column after column
 */
function orthonormalColumns(gaussian: Float64Array, rows: number, columns: number): Float64Array {
  const a = gaussian.slice();
  const column = (matrix: Float64Array, j: number) => matrix.subarray(j * rows, (j + 1) * rows);
  const dot = (x: Float64Array, y: Float64Array, from: number) => {
    let sum = 0;
    for (let i = from; i < rows; i++) sum += x[i] * y[i];
    return sum;
  };
  const signs = new Float64Array(columns);
  const weights = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    // The reflection that takes column k onto its axis stands in the column itself; R is not needed but for its signs.
    const v = column(a, k);
    const length = Math.sqrt(dot(v, v, k));
    signs[k] = v[k] < 0 ? 1 : -1;
    v[k] -= signs[k] * length;
    const square = dot(v, v, k);
    weights[k] = square === 0 ? 0 : 2 / square;
    for (let j = k + 1; j < columns; j++) reflect(v, weights[k], column(a, j), k);
  }
  const q = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    const target = column(q, j);
    target[j] = 1;
    for (let k = Math.min(j, columns - 1); k >= 0; k--) reflect(column(a, k), weights[k], target, k);
    for (let i = 0; i < rows; i++) target[i] *= signs[j];
  }
  return q;

  function reflect(v: Float64Array, weight: number, x: Float64Array, from: number): void {
    const factor = weight * dot(v, x, from);
    for (let i = from; i < rows; i++) x[i] -= factor * v[i];
  }
}

/** A matrix of `outputs` rows whose rows, or columns where there are fewer, are orthonormal; row after row. */
function orthogonalMatrix(outputs: number, inputs: number, draws: Draws): Float32Array {
  const [long, short] = outputs > inputs ? [outputs, inputs] : [inputs, outputs];
  const q = orthonormalColumns(Float64Array.from(draws.normal(long * short)), long, short);
  const values = new Float32Array(outputs * inputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) values[o * inputs + i] = outputs > inputs ? q[i * long + o] : q[o * long + i];
  }
  return values;
}

export const orthogonal: Initialiser = {
  title: 'a random orthogonal matrix: rows or columns, whichever are fewer, of length one and at right angles',
  source: 'Saxe et al. 2014',
  draw: ({ shape, fanIn }, draws) => orthogonalMatrix(shape[0], fanIn, draws),
};

export const deltaOrthogonal: Initialiser = {
  title: 'convolutions zero except in the middle of their windows, where they are orthogonal; other layers orthogonal',
  source: 'Xiao et al. 2018, algorithm 1',
  draw: ({ shape, size, fanIn }: Parameter, draws) => {
    const [outputs, inputs, rows = 1, columns = 1] = shape;
    const middle = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    const matrix = orthogonalMatrix(outputs, inputs, draws);
    const values = new Float32Array(size);
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) values[o * fanIn + i * rows * columns + middle] = matrix[o * inputs + i];
    }
    return values;
  },
};
