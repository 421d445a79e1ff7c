/*
 * Fully connected layers, stored densely.
 *
 * Orders of summation, the same as those of linear_sparse.c:
 *  - outputs and input gradients: from +0, one term a weight, in ascending order of input (output), the bias last;
 *  - gradients of weights and biases: four partial sums over the examples, as linear.h says.
 * A weight of zero adds a zero of either sign to a sum that began at +0 and so changes no bit of it.
 */
#include "linear.h"
#include "operations.h"

/*
 * `rows` sums of `quarters` quarters each, over `count` terms: term t of row r is the weight at r * across + t * along
 * times the vectors at x + t * LANES. Rows and quarters are constants where this is called; at most nine sums, which with
 * their operands fit sixteen registers.
 */
INLINE void sums(const f32 *x, const f32 *w, i32 across, i32 along, i32 count, const f32 *bias, f32 *y, i32 rows, i32 quarters) {
  f4 sum[9];
  for (i32 s = 0; s < rows * quarters; s++) sum[s] = splat(0);
#pragma clang loop unroll(disable)
  for (i32 t = 0; t < count; t++) {
    f4 value[6];
    for (i32 r = 0; r < rows; r++) value[r] = splat(w[r * across]);
    for (i32 q = 0; q < quarters; q++) {
      f4 v = load(x + 4 * q);
      for (i32 r = 0; r < rows; r++) sum[r * quarters + q] += value[r] * v;
    }
    x += LANES;
    w += along;
  }
  for (i32 r = 0; r < rows; r++) {
    for (i32 q = 0; q < quarters; q++) {
      store(y + r * LANES + 4 * q, bias ? sum[r * quarters + q] + splat(bias[r]) : sum[r * quarters + q]);
    }
  }
}

/* All rows of one block, of which `quarters` (a constant) hold examples: so many rows at a time, then one by one. */
INLINE void block_sums(
    const f32 *x, const f32 *w, i32 across, i32 along, i32 count, i32 total, const f32 *bias, f32 *y, i32 rows, i32 quarters) {
  i32 r = 0;
  for (; r + rows <= total; r += rows) {
    sums(x, w + r * across, across, along, count, bias ? bias + r : 0, y + r * LANES, rows, quarters);
  }
  for (; r < total; r++) sums(x, w + r * across, across, along, count, bias ? bias + r : 0, y + r * LANES, 1, quarters);
}

INLINE void all_sums(
    const f32 *x, const f32 *w, i32 across, i32 along, i32 count, i32 total, const f32 *bias, f32 *y, i32 quarters) {
  for (; quarters >= 4; quarters -= 4) {
    block_sums(x, w, across, along, count, total, bias, y, 2, 4);
    x += count * LANES;
    y += total * LANES;
  }
  if (quarters == 3) block_sums(x, w, across, along, count, total, bias, y, 3, 3);
  if (quarters == 2) block_sums(x, w, across, along, count, total, bias, y, 4, 2);
  if (quarters == 1) block_sums(x, w, across, along, count, total, bias, y, 6, 1);
}

void op_linear_forward(const linear_forward_arguments *a) {
  all_sums(AT(const f32, a->x), AT(const f32, a->weight), a->inputs, 1, a->inputs, a->outputs, AT(const f32, a->bias),
           AT(f32, a->y), a->quarters);
}

void op_linear_input_gradient(const linear_input_gradient_arguments *a) {
  all_sums(AT(const f32, a->dy), AT(const f32, a->weight), 1, a->inputs, a->outputs, a->inputs, 0, AT(f32, a->dx), a->quarters);
}

/* Two neighbouring outputs by four neighbouring inputs. */
INLINE void gradient_tile(const char *dy, const char *x, i32 quarters, i32 dy_bytes, i32 x_bytes, f32 *g0, f32 *g1) {
  f4 s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
  f4 t0 = splat(0), t1 = splat(0), t2 = splat(0), t3 = splat(0);
  i32 dy_rest = dy_bytes - LANE_BYTES, x_rest = x_bytes - LANE_BYTES;
#pragma clang loop unroll(disable)
  for (; quarters > 0; quarters -= 4) {
    i32 here = quarters < 4 ? quarters : 4;
#pragma clang loop unroll(disable)
    for (i32 quarter = 0; quarter < here; quarter++) {
      f4 e = QUARTER(dy, 0), f = QUARTER(dy, 4);
      f4 v = QUARTER(x, 0);
      s0 += e * v; t0 += f * v;
      v = QUARTER(x, 4);
      s1 += e * v; t1 += f * v;
      v = QUARTER(x, 8);
      s2 += e * v; t2 += f * v;
      v = QUARTER(x, 12);
      s3 += e * v; t3 += f * v;
      dy += 16;
      x += 16;
    }
    dy += dy_rest;
    x += x_rest;
  }
  f4 s = fold4(s0, s1, s2, s3), t = fold4(t0, t1, t2, t3);
  __builtin_memcpy(g0, &s, 16);
  __builtin_memcpy(g1, &t, 16);
}

/* Inputs taken together in a weight gradient: their vectors of four blocks, 16 KiB, stay in the first-level cache. */
#define INPUT_TILE 64

void op_linear_weight_gradient(const linear_weight_gradient_arguments *a) {
  const char *dy = AT(const char, a->dy), *x = AT(const char, a->x);
  f32 *gradient = AT(f32, a->gradient);
  i32 inputs = a->inputs, outputs = a->outputs, quarters = a->quarters;
  i32 dy_bytes = outputs * LANE_BYTES, x_bytes = inputs * LANE_BYTES;
  for (i32 first = 0; first < inputs; first += INPUT_TILE) {
    i32 end = first + INPUT_TILE < inputs ? first + INPUT_TILE : inputs, o = 0;
    for (; o + 2 <= outputs; o += 2) {
      const char *d = dy + o * LANE_BYTES;
      f32 *g0 = gradient + o * inputs, *g1 = g0 + inputs;
      i32 i = first;
      for (; i + 4 <= end; i += 4) gradient_tile(d, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes, g0 + i, g1 + i);
      for (; i < end; i++) {
        g0[i] = gradient_one(d, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
        g1[i] = gradient_one(d + LANE_BYTES, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
      }
    }
    if (o < outputs) {
      for (i32 i = first; i < end; i++) {
        gradient[o * inputs + i] = gradient_one(dy + o * LANE_BYTES, x + i * LANE_BYTES, quarters, dy_bytes, x_bytes);
      }
    }
  }
}

void op_bias_gradient(const bias_gradient_arguments *a) {
  f32 *gradient = AT(f32, a->gradient);
  const char *first = AT(const char, a->dy);
  i32 dy_bytes = a->outputs * LANE_BYTES;
  for (i32 o = 0; o < a->outputs; o++) {
    const char *dy = first + o * LANE_BYTES;
    f4 s = splat(0);
    for (i32 left = a->quarters; left > 0; left -= 4) {
      i32 here = left < 4 ? left : 4;
      for (i32 quarter = 0; quarter < here; quarter++) s += QUARTER(dy, quarter);
      dy += dy_bytes;
    }
    gradient[o] = fold(s);
  }
}
