/*
 * Gradients of weights on machines with vectors wider than four floats, in the order of gradients.h. A vector holds the four
 * partial sums of TOGETHER weights of one output: their inputs' lane blocks are transposed so that a quarter of each is in one
 * vector, which is multiplied by that quarter of the output's gradient, repeated.
 */
#ifndef GRADIENTS_WIDE_H
#define GRADIENTS_WIDE_H

#include "gradients.h"
#include "wide.h"

#if WIDE > 4

/*
 * The value is computed before anything that follows is loaded: else gcc loads everything first, for which there are not the
 * registers.
 */
#define SETTLE(value) __asm__ volatile("" : "+v"(value))

/* Outputs whose sums fit the registers. */
#if WIDE == 16
#define MOST_OUTPUTS 16
#else
#define MOST_OUTPUTS 8
#endif

INLINE blocks_together load_blocks(const char *const *at) {
  blocks_together in;
  UNROLL for (i32 k = 0; k < TOGETHER; k++) {
    UNROLL for (i32 v = 0; v < VECTORS; v++) in.block[k * VECTORS + v] = VECTOR(at[k], v);
  }
  return in;
}

/*
 * Adds the terms of so many places to the sums of `outputs` outputs (a constant) by TOGETHER weights: `quarters` of each place,
 * `last` of the last one. at[k] is where weight k finds its inputs, x_step and dy_step are bytes from place to place, dy_output
 * from output to output.
 */
INLINE void gradient_run(
    fw *sum, const char *dy, i32 dy_output, i32 dy_step, const char *const *at, i32 x_step, i32 places, i32 quarters, i32 last, i32 outputs) {
  const char *x[TOGETHER];
  fw s[MOST_OUTPUTS];
  UNROLL for (i32 k = 0; k < TOGETHER; k++) x[k] = at[k];
  UNROLL for (i32 o = 0; o < outputs; o++) s[o] = sum[o];
  for (i32 place = 0; place < places; place++) {
    i32 here = place == places - 1 ? last : quarters;
    quarters_together v = turn(load_blocks(x));
#define QUARTER_OF(q)                                                                   \
  if (q < here) {                                                                       \
    UNROLL for (i32 o = 0; o < outputs; o++) {                                          \
      s[o] += repeat(dy + (i64)o * dy_output + 16 * q) * v.quarter[q];                  \
      SETTLE(s[o]);                                                                     \
    }                                                                                   \
  }
    QUARTER_OF(0)
    QUARTER_OF(1)
    QUARTER_OF(2)
    QUARTER_OF(3)
#undef QUARTER_OF
    UNROLL for (i32 k = 0; k < TOGETHER; k++) x[k] += x_step;
    dy += dy_step;
  }
  UNROLL for (i32 o = 0; o < outputs; o++) sum[o] = s[o];
}

/* The gradients of `outputs` outputs (a constant), `row` floats apart, by the first `terms` of TOGETHER weights. */
INLINE void fold_outputs(const fw *sum, f32 *gradient, i32 row, i32 terms, i32 outputs) {
  /* The loop over sums is an innermost one, so that it is written out before their places are given. */
  fw folded[MOST_OUTPUTS / 4 + 1];
  i32 fours = outputs / 4;
  UNROLL for (i32 f = 0; f < fours; f++) folded[f] = turn_rows(fold_four(sum[4 * f], sum[4 * f + 1], sum[4 * f + 2], sum[4 * f + 3]));
  if (outputs < 4) folded[0] = turn_rows(fold_four(sum[0], sum[0], sum[0], sum[0]));
  for (i32 o = 0; o < outputs; o++) {
    const f32 *from = (const f32 *)folded + o * TOGETHER;
    if (terms == TOGETHER) {
      __builtin_memcpy(gradient + o * row, from, 4 * TOGETHER);
    } else {
      for (i32 k = 0; k < terms; k++) gradient[o * row + k] = from[k];
    }
  }
}

/*
 * Adds the terms of so many places, `quarters` of each, to the sums of `groups` times TOGETHER weights of one output (groups is
 * a constant): the products are transposed instead of the inputs, since no other output shares these.
 */
INLINE void gradient_row_run(
    fw *sum, const char *dy, i32 dy_step, const char *const *at, i32 x_step, i32 places, i32 quarters, i32 groups) {
  const char *x[2 * TOGETHER];
  UNROLL for (i32 k = 0; k < groups * TOGETHER; k++) x[k] = at[k];
  for (i32 place = 0; place < places; place++) {
    UNROLL for (i32 g = 0; g < groups; g++) {
      blocks_together in = load_blocks(x + g * TOGETHER);
      UNROLL for (i32 k = 0; k < TOGETHER * VECTORS; k++) in.block[k] *= VECTOR(dy, k % VECTORS);
      quarters_together v = turn(in);
      UNROLL for (i32 q = 0; q < 4; q++) {
        if (q < quarters) sum[g] += v.quarter[q];
      }
    }
    UNROLL for (i32 k = 0; k < groups * TOGETHER; k++) x[k] += x_step;
    dy += dy_step;
  }
}

/* The gradients of one output by the first `terms` of the weights of a vector. */
INLINE void fold_row(fw sum, f32 *gradient, i32 terms) {
  fw one = fold_groups(sum);
  for (i32 k = 0; k < terms; k++) gradient[k] = one[4 * k];
}

#endif
#endif
