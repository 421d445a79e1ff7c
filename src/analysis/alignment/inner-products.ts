/**
 * Inner products between all rows of two matrices, `[rows][length]`: the similarity of every channel with every other. Terms
 * of a product are added in one order, in double precision; four rows by four are added side by side.
 */

/** Adds the inner product of row i of `left` and row j of `right` to `into[i][j]`. */
export function addProducts(
  left: Float32Array | Uint8Array,
  right: Float32Array | Uint8Array,
  rows: number,
  into: Float64Array,
): void {
  if (left instanceof Uint8Array && right instanceof Uint8Array) addCommonBits(left, right, rows, into);
  else addDots(left, right, rows, into);
}

function addDots(left: ArrayLike<number>, right: ArrayLike<number>, rows: number, into: Float64Array): void {
  const length = left.length / rows;
  const whole = rows - (rows % 4);
  for (let i = 0; i < whole; i += 4) {
    const [l0, l1, l2, l3] = [i * length, (i + 1) * length, (i + 2) * length, (i + 3) * length];
    let j = 0;
    // Two columns at once keep eight sums, which is what fits the registers.
    for (; j + 1 < rows; j += 2) {
      const r0 = j * length;
      const r1 = r0 + length;
      let [a0, a1, b0, b1, c0, c1, d0, d1] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0; k < length; k++) {
        const x = right[r0 + k];
        const y = right[r1 + k];
        const a = left[l0 + k];
        const b = left[l1 + k];
        const c = left[l2 + k];
        const d = left[l3 + k];
        a0 += a * x;
        a1 += a * y;
        b0 += b * x;
        b1 += b * y;
        c0 += c * x;
        c1 += c * y;
        d0 += d * x;
        d1 += d * y;
      }
      const at = i * rows + j;
      into[at] += a0;
      into[at + 1] += a1;
      into[at + rows] += b0;
      into[at + rows + 1] += b1;
      into[at + 2 * rows] += c0;
      into[at + 2 * rows + 1] += c1;
      into[at + 3 * rows] += d0;
      into[at + 3 * rows + 1] += d1;
    }
    for (; j < rows; j++) {
      for (let q = i; q < i + 4; q++) into[q * rows + j] += dot(left, right, q * length, j * length, length);
    }
  }
  for (let i = whole; i < rows; i++) {
    for (let j = 0; j < rows; j++) into[i * rows + j] += dot(left, right, i * length, j * length, length);
  }
}

function dot(left: ArrayLike<number>, right: ArrayLike<number>, l: number, r: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += left[l + k] * right[r + k];
  return sum;
}

/** Of masks: how many survivors two rows have in common, thirty-two places at a time. */
function addCommonBits(left: Uint8Array, right: Uint8Array, rows: number, into: Float64Array): void {
  const length = left.length / rows;
  const words = Math.ceil(length / 32);
  const a = packed(left, rows, length, words);
  const b = packed(right, rows, length, words);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let count = 0;
      for (let k = 0; k < words; k++) {
        let bits = a[i * words + k] & b[j * words + k];
        bits -= (bits >>> 1) & 0x55555555;
        bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
        count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
      }
      into[i * rows + j] += count;
    }
  }
}

function packed(bytes: Uint8Array, rows: number, length: number, words: number): Int32Array {
  const bits = new Int32Array(rows * words);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < length; k++) {
      if (bytes[i * length + k] !== 0) bits[i * words + (k >>> 5)] |= 1 << (k & 31);
    }
  }
  return bits;
}
