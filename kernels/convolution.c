/*
 * Convolutions, forward and to their inputs, dense and in compressed rows, direct: no buffer of windows is built.
 *
 * A convolution is, for each place of the output, a sum over terms (input channel, kernel row, kernel column) of weight
 * times the vector at a tabulated offset. The border of zeros around a map is stored, so the sparse kernel needs no regard
 * for edges; the dense one is called for the inside and for the edges apart, where the terms that would meet the border are
 * left out: adding their zeros changes no bit. The gradient to the input is the same thing over the gradient of the output, its terms being (output channel,
 * kernel row, kernel column); with a stride of s the places of the input fall into s x s classes, each with the terms that
 * reach it, and each an operation of its own.
 *
 * The order of summation, dense or sparse: from +0, one term at a time in the order just given, the bias last. Where the
 * input's gradient has several parts, each goes on from the sum of those before it (with +0 added, so that the sign of a zero
 * does not depend on how many terms follow).
 *
 * Loops of the dense kernel: chunks of outputs whose weights stay in the second-level cache; blocks; rows; groups of
 * neighbouring places; chunks of terms, so that the windows of a group stay in the first-level cache, the sums waiting in the
 * output in between; outputs, whose few weights of a chunk stay there too; places. None of it changes an order of summation.
 */
#include "linear.h"
#include "operations.h"

/* Weights of a chunk of outputs: 256 KiB. */
#define CHUNK 65536
/* Terms of a chunk, and places of a group. */
#define TERMS 144
#define GROUP 4

/* `rows` outputs (a constant) at one place for `quarters` quarters (a constant) of a block, over a chunk of terms. */
INLINE void dense_place(
    const char *x, const i32 *offset, const i32 *index, const f32 *w, i32 across, i32 terms, i32 onward, const f32 *bias, char *y,
    i32 y_channel, i32 rows, i32 quarters) {
  f4 sum[9];
  for (i32 r = 0; r < rows; r++) {
    for (i32 q = 0; q < quarters; q++) sum[r * quarters + q] = onward ? QUARTER(y + r * y_channel, q) + splat(0) : splat(0);
  }
#pragma clang loop unroll(disable)
  for (i32 t = 0; t < terms; t++) {
    const char *from = x + offset[t];
    f4 value[3];
    const f32 *at = index ? w + index[t] : w + t;
    for (i32 r = 0; r < rows; r++) value[r] = splat(at[r * across]);
    for (i32 q = 0; q < quarters; q++) {
      f4 v = QUARTER(from, q);
      for (i32 r = 0; r < rows; r++) sum[r * quarters + q] += value[r] * v;
    }
  }
  for (i32 r = 0; r < rows; r++) {
    for (i32 q = 0; q < quarters; q++) {
      store((f32 *)(y + r * y_channel) + 4 * q, bias ? sum[r * quarters + q] + splat(bias[r]) : sum[r * quarters + q]);
    }
  }
}

/* Outputs from `first` to `end` at every place of one block; whether there is an index is a constant. */
INLINE void dense_block(const convolution_arguments *a, const char *x, char *y, i32 first, i32 end, i32 indexed, i32 rows, i32 quarters) {
  const i32 *offset = AT(const i32, a->offset), *index = AT(const i32, a->index);
  const f32 *weight = AT(const f32, a->weight), *bias = a->bias ? AT(const f32, a->bias) : 0;
  i32 x_column = a->x_column, y_column = a->y_column, y_channel = a->y_channel, all = a->terms, across = a->across;
  for (i32 row = 0; row < a->rows; row++) {
    for (i32 column = 0; column < a->columns; column += GROUP) {
      i32 places = a->columns - column < GROUP ? a->columns - column : GROUP;
      const char *from = x + row * a->x_row + column * x_column;
      char *to = y + row * a->y_row + column * y_column;
      i32 term = 0;
      do {
        i32 terms = all - term < TERMS ? all - term : TERMS, onward = term > 0 || a->accumulate;
        const f32 *b = term + terms == all ? bias : 0, *w = indexed ? weight : weight + term;
        const i32 *in = indexed ? index + term : 0;
        i32 o = first;
        for (; o + rows <= end; o += rows) {
          for (i32 p = 0; p < places; p++) {
            dense_place(from + p * x_column, offset + term, in, w + o * across, across, terms, onward, b ? b + o : 0,
                        to + o * y_channel + p * y_column, y_channel, rows, quarters);
          }
        }
        for (; o < end; o++) {
          for (i32 p = 0; p < places; p++) {
            dense_place(from + p * x_column, offset + term, in, w + o * across, across, terms, onward, b ? b + o : 0,
                        to + o * y_channel + p * y_column, y_channel, 1, quarters);
          }
        }
        term += TERMS;
      } while (term < all);
    }
  }
}

INLINE void dense_blocks(const convolution_arguments *a, i32 first, i32 end, i32 indexed) {
  const char *x = AT(const char, a->x);
  char *y = AT(char, a->y);
  i32 quarters = a->quarters;
  for (; quarters >= 4; quarters -= 4) {
    dense_block(a, x, y, first, end, indexed, 2, 4);
    x += a->x_block;
    y += a->y_block;
  }
  if (quarters == 3) dense_block(a, x, y, first, end, indexed, 3, 3);
  if (quarters == 2) dense_block(a, x, y, first, end, indexed, 2, 2);
  if (quarters == 1) dense_block(a, x, y, first, end, indexed, 3, 1);
}

void op_convolution(const convolution_arguments *a) {
  i32 chunk = a->terms > 0 ? CHUNK / a->terms / 6 * 6 : a->outputs;
  if (chunk < 6) chunk = 6;
  for (i32 first = 0; first < a->outputs; first += chunk) {
    i32 end = first + chunk < a->outputs ? first + chunk : a->outputs;
    if (a->index) dense_blocks(a, first, end, 1);
    else dense_blocks(a, first, end, 0);
  }
}

/* The weights of a class of places, output by output as the kernel above takes them: turned[o][t] = weight[index[t] + o across]. */
void op_turn_weights(const turn_weights_arguments *a) {
  const f32 *weight = AT(const f32, a->weight);
  const i32 *index = AT(const i32, a->index);
  f32 *turned = AT(f32, a->turned);
  for (i32 o = 0; o < a->outputs; o++) {
    for (i32 t = 0; t < a->terms; t++) turned[t] = weight[index[t] + o * a->across];
    turned += a->terms;
  }
}

/* One output at `places` neighbouring places (one or two, a constant) for `quarters` quarters (a constant). */
INLINE void sparse_place(
    const char *x, i32 x_column, const i32 *offset, const i32 *place, const f32 *value, i32 count, const f32 *bias, i32 accumulate,
    char *y, i32 y_column, i32 places, i32 quarters) {
  f4 sum[8];
  for (i32 p = 0; p < places; p++) {
    for (i32 q = 0; q < quarters; q++) sum[p * quarters + q] = accumulate ? QUARTER(y + p * y_column, q) + splat(0) : splat(0);
  }
#pragma clang loop unroll(disable)
  for (i32 k = 0; k < count; k++) {
    f4 v = splat(place ? value[place[k]] : value[k]);
    const char *at = x + offset[k];
    for (i32 p = 0; p < places; p++) {
      for (i32 q = 0; q < quarters; q++) sum[p * quarters + q] += v * QUARTER(at + p * x_column, q);
    }
  }
  for (i32 p = 0; p < places; p++) {
    f32 *to = (f32 *)(y + p * y_column);
    for (i32 q = 0; q < quarters; q++) {
      f4 result = sum[p * quarters + q];
      if (bias) result += splat(*bias);
      store(to + 4 * q, result);
    }
  }
}

INLINE void sparse_block(const sparse_convolution_arguments *a, const char *x, char *y, i32 quarters) {
  const i32 *rows = AT(const i32, a->row_starts), *offset = AT(const i32, a->offset);
  const i32 *place = a->place ? AT(const i32, a->place) : 0;
  const f32 *value = AT(const f32, a->value), *bias = a->bias ? AT(const f32, a->bias) : 0;
  i32 x_column = a->x_column, y_column = a->y_column, y_channel = a->y_channel, outputs = a->outputs, accumulate = a->accumulate;
  for (i32 row = 0; row < a->rows; row++) {
    const char *from = x + row * a->x_row;
    char *to = y + row * a->y_row;
    i32 column = 0;
    for (; column + 2 <= a->columns; column += 2) {
      for (i32 o = 0; o < outputs; o++) {
        i32 k = rows[o];
        sparse_place(from, x_column, offset + k, place ? place + k : 0, place ? value : value + k, rows[o + 1] - k, bias ? bias + o : 0,
                     accumulate, to + o * y_channel, y_column, 2, quarters);
      }
      from += 2 * x_column;
      to += 2 * y_column;
    }
    if (column < a->columns) {
      for (i32 o = 0; o < outputs; o++) {
        i32 k = rows[o];
        sparse_place(from, x_column, offset + k, place ? place + k : 0, place ? value : value + k, rows[o + 1] - k, bias ? bias + o : 0,
                     accumulate, to + o * y_channel, y_column, 1, quarters);
      }
    }
  }
}

void op_sparse_convolution(const sparse_convolution_arguments *a) {
  const char *x = AT(const char, a->x);
  char *y = AT(char, a->y);
  i32 quarters = a->quarters;
  for (; quarters >= 4; quarters -= 4) {
    sparse_block(a, x, y, 4);
    x += a->x_block;
    y += a->y_block;
  }
  if (quarters == 3) sparse_block(a, x, y, 3);
  if (quarters == 2) sparse_block(a, x, y, 2);
  if (quarters == 1) sparse_block(a, x, y, 1);
}
