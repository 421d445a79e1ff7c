/*
 * Fully connected layers in compressed rows: only surviving weights exist. Sums are taken in the orders that
 * linear_dense.c states, so a layer gives the same bits however it is stored.
 */
#include "linear.h"
#include "operations.h"

/* A row of weights times the inputs of two neighbouring blocks: each weight and offset is read once for 32 lanes. */
INLINE void row_two_blocks(const char *x, i32 x_bytes, const i32 *offset, const f32 *value, i32 count, f32 bias, f32 *y, i32 y_floats) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  f4 c0 = splat(0), c1 = splat(0), c2 = splat(0), c3 = splat(0);
  const char *next = x + x_bytes;
  for (i32 k = 0; k < count; k++) {
    f4 v = splat(value[k]);
    const f32 *p = (const f32 *)(x + offset[k]), *q = (const f32 *)(next + offset[k]);
    a0 += v * load(p); a1 += v * load(p + 4); a2 += v * load(p + 8); a3 += v * load(p + 12);
    c0 += v * load(q); c1 += v * load(q + 4); c2 += v * load(q + 8); c3 += v * load(q + 12);
  }
  f4 b = splat(bias);
  store(y, a0 + b); store(y + 4, a1 + b); store(y + 8, a2 + b); store(y + 12, a3 + b);
  y += y_floats;
  store(y, c0 + b); store(y + 4, c1 + b); store(y + 8, c2 + b); store(y + 12, c3 + b);
}

INLINE void row_one_block(const char *x, const i32 *offset, const f32 *value, i32 count, f32 bias, f32 *y) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  for (i32 k = 0; k < count; k++) {
    f4 v = splat(value[k]);
    const f32 *p = (const f32 *)(x + offset[k]);
    a0 += v * load(p); a1 += v * load(p + 4); a2 += v * load(p + 8); a3 += v * load(p + 12);
  }
  f4 b = splat(bias);
  store(y, a0 + b); store(y + 4, a1 + b); store(y + 8, a2 + b); store(y + 12, a3 + b);
}

void op_sparse_forward(const sparse_forward_arguments *a) {
  const i32 *rows = AT(const i32, a->rows), *column = AT(const i32, a->column);
  const f32 *value = AT(const f32, a->value), *bias = AT(const f32, a->bias);
  i32 x_bytes = a->inputs * LANE_BYTES, y_floats = a->outputs * LANES, block = 0;
  for (; block + 2 <= a->blocks; block += 2) {
    const char *x = AT(const char, a->x) + block * x_bytes;
    f32 *y = AT(f32, a->y) + block * y_floats;
    for (i32 o = 0; o < a->outputs; o++) {
      i32 from = rows[o];
      row_two_blocks(x, x_bytes, column + from, value + from, rows[o + 1] - from, bias[o], y + o * LANES, y_floats);
    }
  }
  if (block < a->blocks) {
    const char *x = AT(const char, a->x) + block * x_bytes;
    f32 *y = AT(f32, a->y) + block * y_floats;
    for (i32 o = 0; o < a->outputs; o++) {
      i32 from = rows[o];
      row_one_block(x, column + from, value + from, rows[o + 1] - from, bias[o], y + o * LANES);
    }
  }
}

void op_sparse_input_gradient(const sparse_input_gradient_arguments *a) {
  const i32 *columns = AT(const i32, a->columns), *row = AT(const i32, a->row), *place = AT(const i32, a->place);
  const f32 *value = AT(const f32, a->value);
  i32 dy_bytes = a->outputs * LANE_BYTES, dx_floats = a->inputs * LANES;
  for (i32 block = 0; block < a->blocks; block++) {
    const char *dy = AT(const char, a->dy) + block * dy_bytes;
    f32 *dx = AT(f32, a->dx) + block * dx_floats;
    for (i32 i = 0; i < a->inputs; i++) {
      f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
      for (i32 k = columns[i]; k < columns[i + 1]; k++) {
        f4 v = splat(value[place[k]]);
        const f32 *p = (const f32 *)(dy + row[k]);
        a0 += v * load(p); a1 += v * load(p + 4); a2 += v * load(p + 8); a3 += v * load(p + 12);
      }
      store(dx, a0); store(dx + 4, a1); store(dx + 8, a2); store(dx + 12, a3);
      dx += LANES;
    }
  }
}

void op_sparse_weight_gradient(const sparse_weight_gradient_arguments *a) {
  const i32 *rows = AT(const i32, a->rows), *column = AT(const i32, a->column);
  const char *x = AT(const char, a->x), *dy = AT(const char, a->dy);
  f32 *gradient = AT(f32, a->gradient);
  i32 x_bytes = a->inputs * LANE_BYTES, dy_bytes = a->outputs * LANE_BYTES;
  for (i32 o = 0; o < a->outputs; o++) {
    i32 k = rows[o], end = rows[o + 1];
    for (; k + 4 <= end; k += 4) {
      f4 sum = gradient_four(
          dy, x + column[k], x + column[k + 1], x + column[k + 2], x + column[k + 3], a->blocks, dy_bytes, x_bytes);
      __builtin_memcpy(gradient + k, &sum, 16);
    }
    for (; k < end; k++) gradient[k] = gradient_one(dy, x + column[k], a->blocks, dy_bytes, x_bytes);
    dy += LANE_BYTES;
  }
}
