/**
 * base to the power x for 0 < base <= 1 and x >= 0, by multiplications and square roots alone, which every machine rounds
 * alike; `Math.pow` promises no such thing. 32 binary places of x are taken.
 */
export function power(base: number, x: number): number {
  const whole = Math.floor(x);
  let result = 1;
  let square = base;
  for (let left = whole; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  let rest = x - whole;
  let root = base;
  for (let place = 0; place < 32 && rest > 0; place++) {
    root = Math.sqrt(root);
    rest *= 2;
    if (rest >= 1) {
      result *= root;
      rest -= 1;
    }
  }
  return result;
}
