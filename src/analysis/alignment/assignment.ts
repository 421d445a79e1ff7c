/** Who goes with whom so that the sum of gains is largest. */
export interface BestAssignment {
  /** The column of each row. */
  readonly columns: Int32Array;
  /** The sum of the gains of all pairs, row by row. */
  readonly total: number;
  /**
   * Prices that prove it (the dual problem): no gain exceeds the sum of its row's and its column's price, and those of the
   * pairs are equal to it, both up to rounding.
   */
  readonly rowPrices: Float64Array;
  readonly columnPrices: Float64Array;
}

/**
 * The assignment of rows to columns with the largest sum of gains, by shortest augmenting paths: Jonker and Volgenant, "A
 * Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems" (1987), in O(size^3). Rows come in one
 * after another; of columns that are equally near the first is taken, so that the same gains give the same assignment
 * everywhere.
 *
 * @param gains `[row][column]`, finite
 * @throws RangeError when there are not `size` x `size` of them, or one is not finite
 */
export function bestAssignment(gains: Float64Array, size: number): BestAssignment {
  if (gains.length !== size * size) {
    throw new RangeError(`${gains.length} gains; expected ${size} x ${size}.`);
  }
  for (let i = 0; i < gains.length; i++) {
    if (!Number.isFinite(gains[i])) throw new RangeError(`gain ${i} is ${gains[i]}; expected a finite number.`);
  }
  // Costs are gains with the negated. Column `size` stands for the row that is coming in.
  const rowOf = new Int32Array(size + 1).fill(-1);
  const rowPotential = new Float64Array(size);
  const columnPotential = new Float64Array(size + 1);
  const distance = new Float64Array(size);
  const before = new Int32Array(size);
  const reached = new Uint8Array(size + 1);
  for (let row = 0; row < size; row++) {
    rowOf[size] = row;
    distance.fill(Number.POSITIVE_INFINITY);
    reached.fill(0);
    let column = size;
    while (rowOf[column] !== -1) {
      reached[column] = 1;
      const from = rowOf[column];
      const potential = rowPotential[from];
      const begin = from * size;
      let least = Number.POSITIVE_INFINITY;
      let next = -1;
      for (let j = 0; j < size; j++) {
        if (reached[j] === 1) continue;
        const reduced = -gains[begin + j] - potential - columnPotential[j];
        if (reduced < distance[j]) {
          distance[j] = reduced;
          before[j] = column;
        }
        if (distance[j] < least) {
          least = distance[j];
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (reached[j] === 1) {
          rowPotential[rowOf[j]] += least;
          columnPotential[j] -= least;
        } else if (j < size) {
          distance[j] -= least;
        }
      }
      column = next;
    }
    // The path back to the new row: each column on it takes the row of the one before.
    while (column !== size) {
      rowOf[column] = rowOf[before[column]];
      column = before[column];
    }
  }
  const columns = new Int32Array(size);
  for (let j = 0; j < size; j++) columns[rowOf[j]] = j;
  let total = 0;
  for (let i = 0; i < size; i++) total += gains[i * size + columns[i]];
  return {
    columns,
    total,
    rowPrices: rowPotential.map((value) => -value),
    columnPrices: columnPotential.slice(0, size).map((value) => -value),
  };
}
