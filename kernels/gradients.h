/*
 * Gradients of weights: dot products over the batch, which all layers share.
 *
 * The order of summation: four partial sums from +0, of which number k takes the examples e with e mod 4 = k in ascending
 * order; then (s0 + s2) + (s1 + s3). It does not depend on how many weights are computed together.
 *
 * The loops over quarters must stay loops. V8 loads everything that a straight piece of code will need before it computes,
 * so a body may hold as many loads and sums as there are registers, fifteen: with more, spilling takes longer than the
 * arithmetic (unrolled over blocks, the same sums take more than twice as long).
 */
#ifndef GRADIENTS_H
#define GRADIENTS_H

#include "lottery.h"

/* The last steps of the order, for one sum and for four. */
INLINE f32 fold(f4 s) { return (s[0] + s[2]) + (s[1] + s[3]); }

INLINE f4 fold4(f4 a, f4 b, f4 c, f4 d) {
  f4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  f4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

/* The quarter that lies `quarters` quarters on from a byte address. */
#define QUARTER(address, quarters) (((const f4 *)(address))[quarters])

/*
 * Batches are counted in quarters of a lane block: four examples. Of the last block only the quarters that hold examples
 * are computed; values in the others never reach a sum.
 */
INLINE f32 gradient_one(const char *dy, const char *x, i32 quarters, i32 dy_bytes, i32 x_bytes) {
  f4 s = splat(0);
#pragma clang loop unroll(disable)
  for (; quarters >= 4; quarters -= 4) {
    s += QUARTER(dy, 0) * QUARTER(x, 0);
    s += QUARTER(dy, 1) * QUARTER(x, 1);
    s += QUARTER(dy, 2) * QUARTER(x, 2);
    s += QUARTER(dy, 3) * QUARTER(x, 3);
    dy += dy_bytes;
    x += x_bytes;
  }
#pragma clang loop unroll(disable)
  for (i32 quarter = 0; quarter < quarters; quarter++) s += QUARTER(dy, quarter) * QUARTER(x, quarter);
  return fold(s);
}

/* Four weights of one output. */
INLINE f4 gradient_four(
    const char *dy, const char *x0, const char *x1, const char *x2, const char *x3, i32 quarters, i32 dy_bytes, i32 x_bytes) {
  f4 s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
  i32 dy_rest = dy_bytes - LANE_BYTES, x_rest = x_bytes - LANE_BYTES;
#pragma clang loop unroll(disable)
  for (; quarters >= 4; quarters -= 4) {
#pragma clang loop unroll(disable)
    for (i32 half = 0; half < 2; half++) {
      f4 e = QUARTER(dy, 0);
      s0 += e * QUARTER(x0, 0); s1 += e * QUARTER(x1, 0); s2 += e * QUARTER(x2, 0); s3 += e * QUARTER(x3, 0);
      e = QUARTER(dy, 1);
      s0 += e * QUARTER(x0, 1); s1 += e * QUARTER(x1, 1); s2 += e * QUARTER(x2, 1); s3 += e * QUARTER(x3, 1);
      dy += 32; x0 += 32; x1 += 32; x2 += 32; x3 += 32;
    }
    dy += dy_rest; x0 += x_rest; x1 += x_rest; x2 += x_rest; x3 += x_rest;
  }
#pragma clang loop unroll(disable)
  for (i32 quarter = 0; quarter < quarters; quarter++) {
    f4 e = QUARTER(dy, 0);
    s0 += e * QUARTER(x0, 0); s1 += e * QUARTER(x1, 0); s2 += e * QUARTER(x2, 0); s3 += e * QUARTER(x3, 0);
    dy += 16; x0 += 16; x1 += 16; x2 += 16; x3 += 16;
  }
  return fold4(s0, s1, s2, s3);
}

/* Six weights of one output: as many sums as hide the latency of an addition, as many pointers as there are registers. */
INLINE void gradient_six(const char *dy, const char *x, const i32 *column, i32 quarters, i32 dy_bytes, i32 x_bytes, f32 *gradient) {
  f4 s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0), s4 = splat(0), s5 = splat(0);
  const char *x0 = x + column[0], *x1 = x + column[1], *x2 = x + column[2], *x3 = x + column[3], *x4 = x + column[4], *x5 = x + column[5];
  i32 dy_rest = dy_bytes - LANE_BYTES, x_rest = x_bytes - LANE_BYTES;
#pragma clang loop unroll(disable)
  for (; quarters > 0; quarters -= 4) {
    i32 here = quarters < 4 ? quarters : 4;
#pragma clang loop unroll(disable)
    for (i32 quarter = 0; quarter < here; quarter++) {
      f4 e = QUARTER(dy, 0);
      s0 += e * QUARTER(x0, 0); s1 += e * QUARTER(x1, 0); s2 += e * QUARTER(x2, 0);
      s3 += e * QUARTER(x3, 0); s4 += e * QUARTER(x4, 0); s5 += e * QUARTER(x5, 0);
      dy += 16; x0 += 16; x1 += 16; x2 += 16; x3 += 16; x4 += 16; x5 += 16;
    }
    dy += dy_rest; x0 += x_rest; x1 += x_rest; x2 += x_rest; x3 += x_rest; x4 += x_rest; x5 += x_rest;
  }
  f4 a = fold4(s0, s1, s2, s3);
  __builtin_memcpy(gradient, &a, 16);
  gradient[4] = fold(s4);
  gradient[5] = fold(s5);
}

#endif
