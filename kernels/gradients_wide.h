/*
 * Gradients of weights on machines with vectors wider than four floats, in the order of gradients.h. A vector holds the four
 * partial sums of TOGETHER weights of one output: their inputs' lane blocks are turned so that a quarter of each stands in one
 * vector, which is multiplied by that quarter of the output's gradient, repeated.
 */
#ifndef GRADIENTS_WIDE_H
#define GRADIENTS_WIDE_H

#include "gradients.h"
#include "wide.h"

#if WIDE > 4

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
 * Adds the terms of so many places, `quarters` of each, to the sums of `outputs` outputs (a constant) by TOGETHER weights:
 * at[k] is where weight k finds its inputs, x_step and dy_step are bytes from place to place, dy_output from output to output.
 */
INLINE void gradient_run(
    fw *sum, const char *dy, i32 dy_output, i32 dy_step, const char *const *at, i32 x_step, i32 places, i32 quarters, i32 outputs) {
  const char *x[TOGETHER];
  UNROLL for (i32 k = 0; k < TOGETHER; k++) x[k] = at[k];
  for (i32 place = 0; place < places; place++) {
    quarters_together v = turn(load_blocks(x));
    if (quarters == 4) {
      UNROLL for (i32 q = 0; q < 4; q++) {
        UNROLL for (i32 o = 0; o < outputs; o++) sum[o] += repeat(dy + (i64)o * dy_output + 16 * q) * v.quarter[q];
      }
    } else {
      UNROLL for (i32 q = 0; q < 3; q++) {
        if (q >= quarters) break;
        UNROLL for (i32 o = 0; o < outputs; o++) sum[o] += repeat(dy + (i64)o * dy_output + 16 * q) * v.quarter[q];
      }
    }
    UNROLL for (i32 k = 0; k < TOGETHER; k++) x[k] += x_step;
    dy += dy_step;
  }
}

/* The gradients of `outputs` outputs (a constant), `row` floats apart, by the first `terms` of TOGETHER weights. */
INLINE void fold_outputs(const fw *sum, f32 *gradient, i32 row, i32 terms, i32 outputs) {
  if (outputs % 4 == 0) {
    UNROLL for (i32 o = 0; o < outputs; o += 4) {
      fw rows = turn_rows(fold_four(sum[o], sum[o + 1], sum[o + 2], sum[o + 3]));
      f32 values[WIDE];
      if (terms == TOGETHER) {
        UNROLL for (i32 j = 0; j < 4; j++) __builtin_memcpy(gradient + (o + j) * row, (const f32 *)&rows + j * TOGETHER, 4 * TOGETHER);
      } else {
        __builtin_memcpy(values, &rows, sizeof rows);
        for (i32 j = 0; j < 4; j++) {
          for (i32 k = 0; k < terms; k++) gradient[(o + j) * row + k] = values[j * TOGETHER + k];
        }
      }
    }
  } else {
    UNROLL for (i32 o = 0; o < outputs; o++) {
      fw one = fold_groups(sum[o]);
      for (i32 k = 0; k < terms; k++) gradient[o * row + k] = one[4 * k];
    }
  }
}

/*
 * Adds the terms of so many places, `quarters` of each, to the sums of `groups` times TOGETHER weights of one output (groups is
 * a constant): the products are turned instead of the inputs, since no other output shares these.
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
