/**
 * The place where an increasing function takes a value, by bisection to the last bit.
 *
 * @param increasing a function that does not fall
 * @param low and `high` bound the place
 */
export function bisect(increasing: (x: number) => number, target: number, low: number, high: number): number {
  let left = low;
  let right = high;
  for (;;) {
    const middle = left + (right - left) / 2;
    if (middle <= left || middle >= right) return middle;
    if (increasing(middle) < target) left = middle;
    else right = middle;
  }
}
