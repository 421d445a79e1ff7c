/*
 * Gradients of weights on machines with vectors wider than four floats, in the order of gradients.h. Of a dense layer a vector holds one
 * partial sum of as many weights as it has lanes, of a sparse one the four partial sums of TOGETHER weights of one output.
 */
#ifndef GRADIENTS_WIDE_H
#define GRADIENTS_WIDE_H

#include "gradients.h"
#include "wide.h"

#if WIDE > 4

INLINE blocks_together load_blocks(const char *const *at) {
  blocks_together in;
  UNROLL for (i32 k = 0; k < TOGETHER; k++) {
    UNROLL for (i32 v = 0; v < VECTORS; v++) in.block[k * VECTORS + v] = VECTOR(at[k], v);
  }
  return in;
}

/*
 * Gradients of dense layers: sixteen neighbours of one side of the product, outputs of a convolution and inputs of a fully connected layer,
 * are lanes, for which their examples are turned; a row is one of the other side, whose examples are read one by one. As many sums of six
 * rows as fit the registers are taken together: all four partial sums in one vector each, or one after another in two vectors each.
 */
#define GRADIENT_ROWS 6
#define GRADIENT_PARTS (WIDE == 16 ? 4 : 1)
#define GRADIENT_SUMS (VECTORS * GRADIENT_PARTS)

/* Floats from one quarter's turned examples to the next's, and from one of its four examples to the next. */
#define TURNED_NEXT (LANES * GRADIENT_PARTS)
INLINE i32 turned_apart(i32 quarters) { return GRADIENT_PARTS == 4 ? LANES : quarters * LANES; }

/* Four features of four examples, turned: the features of example e stand at to + e * apart. */
INLINE void turn_four(const char *const *feature, f32 *to, i32 apart) {
  f4 a = QUARTER(feature[0], 0), b = QUARTER(feature[1], 0), c = QUARTER(feature[2], 0), d = QUARTER(feature[3], 0);
  f4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  store(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  store(to + apart, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
  ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store(to + 2 * apart, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
  store(to + 3 * apart, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
}

/*
 * One quarter of sixteen features, `pitch` bytes apart, of which the first `there` exist; the others repeat the last, and what is
 * computed of them is left out.
 */
INLINE void turn_quarter(const char *x, i32 pitch, i32 there, f32 *to, i32 apart) {
  for (i32 f = 0; f < LANES; f += 4) {
    const char *feature[4];
    for (i32 k = 0; k < 4; k++) feature[k] = x + (f + k < there ? f + k : there - 1) * pitch;
    turn_four(feature, to + f, apart);
  }
}

/* Places of a gradient, and how the lane blocks of a row lie over them, in bytes. */
typedef struct {
  i32 rows, columns, quarters;
  i32 x_column, x_row;
} gradient_places;

/*
 * Adds the terms of some places to GRADIENT_PARTS partial sums of `rows` rows (a constant): part k of vector v of row r is
 * sum[r * GRADIENT_SUMS + v * GRADIENT_PARTS + k]. at[r] is where row r finds its value for the first of them, `turned` where the lanes are.
 */
INLINE void gradient_run(fw *sum, const gradient_places *p, const char *const *at, const f32 *turned, i32 rows) {
  const char *x[GRADIENT_ROWS];
  fw s[GRADIENT_ROWS * GRADIENT_SUMS];
  i32 rest = p->x_row - p->columns * p->x_column;
  UNROLL for (i32 r = 0; r < rows; r++) x[r] = at[r];
  UNROLL for (i32 i = 0; i < rows * GRADIENT_SUMS; i++) s[i] = sum[i];
  for (i32 row = 0; row < p->rows; row++) {
    for (i32 column = 0; column < p->columns; column++) {
      for (i32 q = 0; q < p->quarters; q++) {
        UNROLL for (i32 k = 0; k < GRADIENT_PARTS; k++) {
          UNROLL for (i32 r = 0; r < rows; r++) {
            fw value = wide(((const f32 *)x[r])[4 * q + k]);
            UNROLL for (i32 v = 0; v < VECTORS; v++) {
              s[r * GRADIENT_SUMS + v * GRADIENT_PARTS + k] += value * load_wide(turned + k * LANES + v * WIDE);
            }
          }
        }
        turned += TURNED_NEXT;
      }
      UNROLL for (i32 r = 0; r < rows; r++) x[r] += p->x_column;
    }
    UNROLL for (i32 r = 0; r < rows; r++) x[r] += rest;
  }
  UNROLL for (i32 i = 0; i < rows * GRADIENT_SUMS; i++) sum[i] = s[i];
}

/*
 * Adds the terms of so many places, `quarters` of each, to the sums of `groups` times TOGETHER weights of one output (groups is
 * a constant): the products are transposed instead of the inputs, since no other output shares these.
 */
INLINE void gradient_row_run(
    fw *sum, const char *dy, i32 dy_step, const char *const *at, i32 x_step, i32 places, i32 quarters, i32 groups) {
  const char *x[3 * TOGETHER];
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
