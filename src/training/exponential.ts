/** ln 2 in two parts, the first with zeros in its last places, so that a multiple of it is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** Terms of the series: the rest is below half a unit in the last place where |r| <= ln 2 / 2. */
const TERMS = 14;

/**
 * e to the power x in double precision, by additions, multiplications and divisions alone, which every machine rounds alike;
 * `Math.exp` promises no such thing. x = k ln 2 + r, and e^r is a Taylor sum from its smallest term on; within two units in the
 * last place. What is below 2^-1000 is 0.
 *
 * @param x at most 700
 */
export function exponential(x: number): number {
  const k = Math.round(x / (LN2_HIGH + LN2_LOW));
  if (k < -1000) return 0;
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let term = TERMS; term > 0; term--) sum = 1 + (r / term) * sum;
  return sum * powerOfTwo(k);
}

/** 2 to a whole power, exactly: a product of powers of two. */
function powerOfTwo(k: number): number {
  const base = k < 0 ? 0.5 : 2;
  let power = 1;
  for (let i = Math.abs(k); i > 0; i--) power *= base;
  return power;
}
