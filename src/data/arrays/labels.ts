import { InputError } from '../../networks/errors.js';
import type { NumberArray } from '../formats/numbers.js';

/** As many classes as 16 bits count. */
export const MOST_CLASSES = 65536;

/** Labels of a part, and of how many classes they say they are: of one more than the largest, or of the columns of ones. */
export interface Labels {
  readonly values: Uint16Array;
  readonly classes: number;
}

/**
 * Labels of any type of number: n, n x 1, or a column for each class with exactly one 1 in each row.
 *
 * @param what the array, as errors call it
 * @throws InputError naming the array and the row, what was found and what was expected
 */
export function decodeLabels({ shape, values }: NumberArray, what: string): Labels {
  const [count, columns = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || count === 0 || columns === 0) {
    throw new InputError(
      `${what} has shape ${shape.join(' x ') || '()'}; expected n labels, n x 1, or n x classes with one 1 in each row.`,
    );
  }
  if (columns > 1) return fromColumns(values, count, columns, what);
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const label = values[i];
    if (!Number.isInteger(label) || label < 0) {
      throw new InputError(`${what} number ${i} is ${label}; expected a whole number from 0.`);
    }
    if (label >= MOST_CLASSES) {
      throw new InputError(
        `${what} number ${i} is ${label}; expected labels below ${MOST_CLASSES}, since there can be no more classes than that.`,
      );
    }
    if (label > largest) largest = label;
  }
  return { values: Uint16Array.from(values), classes: largest + 1 };
}

function fromColumns(values: ArrayLike<number>, count: number, columns: number, what: string): Labels {
  if (columns > MOST_CLASSES) {
    throw new InputError(`${what} has ${columns} columns; expected at most ${MOST_CLASSES}, one a class.`);
  }
  const labels = new Uint16Array(count);
  for (let row = 0; row < count; row++) {
    let ones = 0;
    for (let column = 0; column < columns; column++) {
      const value = values[row * columns + column];
      if (value === 0) continue;
      ones += value === 1 ? 1 : 2;
      labels[row] = column;
    }
    if (ones !== 1) {
      throw new InputError(
        `${what} has ${columns} columns, and row ${row} is ${Array.from({ length: Math.min(columns, 12) }, (_, column) => values[row * columns + column]).join(', ')}; expected exactly one 1 in each row, and 0 beside it.`,
      );
    }
  }
  return { values: labels, classes: columns };
}

/** Labels in as few bytes as their number of classes allows. */
export function packLabels(labels: Uint16Array, classes: number): Uint8Array | Uint16Array {
  return classes <= 256 ? Uint8Array.from(labels) : labels;
}
