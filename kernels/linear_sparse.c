/*
 * Fully connected layers in compressed rows: only surviving weights exist. Sums are taken in the orders that
 * linear_dense.c states, so a layer gives the same bits however it is stored.
 */
#include "linear.h"
#include "operations.h"

/*
 * A sum over the terms of one row for `quarters` quarters (a constant, at most eight): of one block, or of two neighbouring
 * blocks, so that each weight and offset is read once for 32 lanes. `place`, where there is one, says where the weights stand;
 * `onward` goes on from what an earlier tile left in y.
 */
INLINE void row_sums(
    const char *x, i32 x_bytes, const i32 *offset, const i32 *place, const f32 *value, i32 count, i32 onward, const f32 *bias, f32 *y,
    i32 y_floats, i32 quarters) {
  f4 sum[8];
  for (i32 q = 0; q < quarters; q++) sum[q] = onward ? load(y + (q < 4 ? 0 : y_floats) + 4 * (q % 4)) : splat(0);
#pragma clang loop unroll(disable)
  for (i32 k = 0; k < count; k++) {
    f4 v = splat(place ? value[place[k]] : value[k]);
    const char *at = x + offset[k];
    for (i32 q = 0; q < quarters; q++) sum[q] += v * QUARTER(at + (q < 4 ? 0 : x_bytes), q % 4);
  }
  for (i32 q = 0; q < quarters; q++) store(y + (q < 4 ? 0 : y_floats) + 4 * (q % 4), bias ? sum[q] + splat(*bias) : sum[q]);
}

typedef struct {
  const i32 *starts;
  const i32 *offset;
  const i32 *place;
  const f32 *value;
  const f32 *bias;
  i32 inputs;
  i32 outputs;
  i32 tiles;
  /* From a row's start to its end in the table: 1, or the outputs where there are tiles. */
  i32 next;
} compressed;

INLINE void block_sums(const compressed *w, const char *x, f32 *y, i32 quarters) {
  for (i32 tile = 0; tile < w->tiles; tile++) {
    const i32 *starts = w->starts + tile * w->next;
    i32 last = tile == w->tiles - 1;
    for (i32 o = 0; o < w->outputs; o++) {
      i32 from = starts[o], count = starts[o + w->next] - from;
      const i32 *place = w->place ? w->place + from : 0;
      const f32 *value = w->place ? w->value : w->value + from;
      row_sums(x, w->inputs * LANE_BYTES, w->offset + from, place, value, count, tile, last && w->bias ? w->bias + o : 0,
               y + o * LANES, w->outputs * LANES, quarters);
    }
  }
}

INLINE void all_sums(const compressed *w, const char *x, f32 *y, i32 quarters) {
  for (; quarters >= 8; quarters -= 8) {
    block_sums(w, x, y, 8);
    x += 2 * w->inputs * LANE_BYTES;
    y += 2 * w->outputs * LANES;
  }
  switch (quarters) {
    case 7: block_sums(w, x, y, 7); break;
    case 6: block_sums(w, x, y, 6); break;
    case 5: block_sums(w, x, y, 5); break;
    case 4: block_sums(w, x, y, 4); break;
    case 3: block_sums(w, x, y, 3); break;
    case 2: block_sums(w, x, y, 2); break;
    case 1: block_sums(w, x, y, 1); break;
  }
}

void op_sparse_forward(const sparse_forward_arguments *a) {
  compressed w = {AT(const i32, a->rows), AT(const i32, a->column), 0, AT(const f32, a->value), AT(const f32, a->bias), a->inputs, a->outputs, a->tiles, a->outputs};
  all_sums(&w, AT(const char, a->x), AT(f32, a->y), a->quarters);
}

void op_sparse_input_gradient(const sparse_input_gradient_arguments *a) {
  compressed w = {AT(const i32, a->columns), AT(const i32, a->row), AT(const i32, a->place), AT(const f32, a->value), 0, a->outputs, a->inputs, 1, 1};
  all_sums(&w, AT(const char, a->dy), AT(f32, a->dx), a->quarters);
}

void op_sparse_weight_gradient(const sparse_weight_gradient_arguments *a) {
  const i32 *column = AT(const i32, a->column);
  const char *x = AT(const char, a->x);
  f32 *gradient = AT(f32, a->gradient);
  i32 x_bytes = a->inputs * LANE_BYTES, dy_bytes = a->outputs * LANE_BYTES;
  for (i32 tile = 0; tile < a->tiles; tile++) {
    const i32 *starts = AT(const i32, a->rows) + tile * a->outputs;
    for (i32 o = 0; o < a->outputs; o++) {
      const char *dy = AT(const char, a->dy) + o * LANE_BYTES;
      i32 k = starts[o], end = starts[o + a->outputs];
      for (; k + 6 <= end; k += 6) gradient_six(dy, x, column + k, a->quarters, dy_bytes, x_bytes, gradient + k);
      for (; k + 4 <= end; k += 4) {
        f4 sum = gradient_four(
            dy, x + column[k], x + column[k + 1], x + column[k + 2], x + column[k + 3], a->quarters, dy_bytes, x_bytes);
        __builtin_memcpy(gradient + k, &sum, 16);
      }
      for (; k < end; k++) gradient[k] = gradient_one(dy, x + column[k], a->quarters, dy_bytes, x_bytes);
    }
  }
}
