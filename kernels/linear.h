/*
 * The gradient of one weight and of two: dot products over the batch that dense and sparse layers share.
 *
 * The order of summation: sixteen partial sums, one a lane, each from +0 over the blocks in ascending order; then halving.
 *
 * The loop over blocks must stay a loop. V8 orders the instructions of a long straight piece of code so that more values
 * are alive than there are registers, and spends more time on spilling them than on arithmetic: unrolled fourfold, the
 * same sums take more than twice as long.
 */
#ifndef LINEAR_H
#define LINEAR_H

#include "lottery.h"

INLINE f32 gradient_one(const char *dy, const char *x, i32 blocks, i32 dy_bytes, i32 x_bytes) {
  const lanes *d = (const lanes *)dy, *p = (const lanes *)x;
  f4 q0 = splat(0), q1 = splat(0), q2 = splat(0), q3 = splat(0);
#pragma clang loop unroll(disable)
  for (i32 block = 0; block < blocks; block++) {
    q0 += d->quarter[0] * p->quarter[0]; q1 += d->quarter[1] * p->quarter[1];
    q2 += d->quarter[2] * p->quarter[2]; q3 += d->quarter[3] * p->quarter[3];
    d = (const lanes *)((const char *)d + dy_bytes);
    p = (const lanes *)((const char *)p + x_bytes);
  }
  return halve(halve_quarters(q0, q1, q2, q3));
}

/* Two weights that read the same output gradient: it is loaded once for both. */
INLINE void gradient_two(const char *dy, const char *x0, const char *x1, i32 blocks, i32 dy_bytes, i32 x_bytes, f32 *gradient) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  f4 b0 = splat(0), b1 = splat(0), b2 = splat(0), b3 = splat(0);
#pragma clang loop unroll(disable)
  for (i32 block = 0; block < blocks; block++) {
    const lanes *d = (const lanes *)dy, *p = (const lanes *)x0, *q = (const lanes *)x1;
    f4 e = d->quarter[0];
    a0 += e * p->quarter[0]; b0 += e * q->quarter[0];
    e = d->quarter[1];
    a1 += e * p->quarter[1]; b1 += e * q->quarter[1];
    e = d->quarter[2];
    a2 += e * p->quarter[2]; b2 += e * q->quarter[2];
    e = d->quarter[3];
    a3 += e * p->quarter[3]; b3 += e * q->quarter[3];
    dy += dy_bytes; x0 += x_bytes; x1 += x_bytes;
  }
  f4 a = halve_quarters(a0, a1, a2, a3), b = halve_quarters(b0, b1, b2, b3);
  f4 sum = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  sum = sum + __builtin_shufflevector(sum, sum, 2, 3, 2, 3);
  gradient[0] = sum[0];
  gradient[1] = sum[1];
}

#endif
