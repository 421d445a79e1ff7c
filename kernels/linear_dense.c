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

/* Two outputs of one block: eight accumulators, which with their operands fit sixteen registers. */
INLINE void forward_pair(const f32 *x, const f32 *w0, const f32 *w1, i32 inputs, f32 b0, f32 b1, f32 *y0, f32 *y1) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  f4 c0 = splat(0), c1 = splat(0), c2 = splat(0), c3 = splat(0);
  for (i32 i = 0; i < inputs; i++) {
    f4 v0 = splat(w0[i]), v1 = splat(w1[i]);
    f4 q = load(x);
    a0 += v0 * q; c0 += v1 * q;
    q = load(x + 4);
    a1 += v0 * q; c1 += v1 * q;
    q = load(x + 8);
    a2 += v0 * q; c2 += v1 * q;
    q = load(x + 12);
    a3 += v0 * q; c3 += v1 * q;
    x += LANES;
  }
  store(y0, a0 + splat(b0)); store(y0 + 4, a1 + splat(b0)); store(y0 + 8, a2 + splat(b0)); store(y0 + 12, a3 + splat(b0));
  store(y1, c0 + splat(b1)); store(y1 + 4, c1 + splat(b1)); store(y1 + 8, c2 + splat(b1)); store(y1 + 12, c3 + splat(b1));
}

INLINE void forward_one(const f32 *x, const f32 *w, i32 inputs, f32 bias, f32 *y) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  for (i32 i = 0; i < inputs; i++) {
    f4 v = splat(w[i]);
    a0 += v * load(x);
    a1 += v * load(x + 4);
    a2 += v * load(x + 8);
    a3 += v * load(x + 12);
    x += LANES;
  }
  store(y, a0 + splat(bias)); store(y + 4, a1 + splat(bias)); store(y + 8, a2 + splat(bias)); store(y + 12, a3 + splat(bias));
}

void op_linear_forward(const linear_forward_arguments *a) {
  const f32 *weight = AT(const f32, a->weight), *bias = AT(const f32, a->bias);
  i32 inputs = a->inputs, outputs = a->outputs;
  for (i32 block = 0; block < a->blocks; block++) {
    const f32 *x = AT(const f32, a->x) + block * inputs * LANES;
    f32 *y = AT(f32, a->y) + block * outputs * LANES;
    i32 o = 0;
    for (; o + 2 <= outputs; o += 2) {
      forward_pair(x, weight + o * inputs, weight + (o + 1) * inputs, inputs, bias[o], bias[o + 1], y + o * LANES, y + (o + 1) * LANES);
    }
    if (o < outputs) forward_one(x, weight + o * inputs, inputs, bias[o], y + o * LANES);
  }
}

/* The input gradient of `wide` neighbouring inputs (one or two). */
INLINE void backward_inputs(const f32 *dy, const f32 *w, i32 inputs, i32 outputs, f32 *dx, i32 wide) {
  f4 a0 = splat(0), a1 = splat(0), a2 = splat(0), a3 = splat(0);
  f4 c0 = splat(0), c1 = splat(0), c2 = splat(0), c3 = splat(0);
  for (i32 o = 0; o < outputs; o++) {
    f4 v0 = splat(w[0]), v1 = splat(wide > 1 ? w[1] : 0);
    f4 q = load(dy);
    a0 += v0 * q; if (wide > 1) c0 += v1 * q;
    q = load(dy + 4);
    a1 += v0 * q; if (wide > 1) c1 += v1 * q;
    q = load(dy + 8);
    a2 += v0 * q; if (wide > 1) c2 += v1 * q;
    q = load(dy + 12);
    a3 += v0 * q; if (wide > 1) c3 += v1 * q;
    dy += LANES;
    w += inputs;
  }
  store(dx, a0); store(dx + 4, a1); store(dx + 8, a2); store(dx + 12, a3);
  if (wide > 1) { store(dx + 16, c0); store(dx + 20, c1); store(dx + 24, c2); store(dx + 28, c3); }
}

void op_linear_input_gradient(const linear_input_gradient_arguments *a) {
  const f32 *weight = AT(const f32, a->weight);
  i32 inputs = a->inputs, outputs = a->outputs;
  for (i32 block = 0; block < a->blocks; block++) {
    const f32 *dy = AT(const f32, a->dy) + block * outputs * LANES;
    f32 *dx = AT(f32, a->dx) + block * inputs * LANES;
    i32 i = 0;
    for (; i + 2 <= inputs; i += 2) backward_inputs(dy, weight + i, inputs, outputs, dx + i * LANES, 2);
    if (i < inputs) backward_inputs(dy, weight + i, inputs, outputs, dx + i * LANES, 1);
  }
}

/* Two neighbouring outputs by four neighbouring inputs. */
INLINE void gradient_tile(const char *dy, const char *x, i32 blocks, i32 dy_bytes, i32 x_bytes, f32 *g0, f32 *g1) {
  f4 s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0);
  f4 t0 = splat(0), t1 = splat(0), t2 = splat(0), t3 = splat(0);
  i32 dy_rest = dy_bytes - LANE_BYTES, x_rest = x_bytes - LANE_BYTES;
#pragma clang loop unroll(disable)
  for (i32 block = 0; block < blocks; block++) {
#pragma clang loop unroll(disable)
    for (i32 quarter = 0; quarter < 4; quarter++) {
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

void op_linear_weight_gradient(const linear_weight_gradient_arguments *a) {
  const char *dy = AT(const char, a->dy), *x = AT(const char, a->x);
  f32 *gradient = AT(f32, a->gradient);
  i32 inputs = a->inputs, outputs = a->outputs, blocks = a->blocks;
  i32 dy_bytes = outputs * LANE_BYTES, x_bytes = inputs * LANE_BYTES;
  i32 o = 0;
  for (; o + 2 <= outputs; o += 2) {
    const char *d = dy + o * LANE_BYTES;
    f32 *g0 = gradient + o * inputs, *g1 = g0 + inputs;
    i32 i = 0;
    for (; i + 4 <= inputs; i += 4) gradient_tile(d, x + i * LANE_BYTES, blocks, dy_bytes, x_bytes, g0 + i, g1 + i);
    for (; i < inputs; i++) {
      g0[i] = gradient_one(d, x + i * LANE_BYTES, blocks, dy_bytes, x_bytes);
      g1[i] = gradient_one(d + LANE_BYTES, x + i * LANE_BYTES, blocks, dy_bytes, x_bytes);
    }
  }
  if (o < outputs) {
    for (i32 i = 0; i < inputs; i++) {
      gradient[o * inputs + i] = gradient_one(dy + o * LANE_BYTES, x + i * LANE_BYTES, blocks, dy_bytes, x_bytes);
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
    for (i32 block = 0; block < a->blocks; block++) {
      s += QUARTER(dy, 0);
      s += QUARTER(dy, 1);
      s += QUARTER(dy, 2);
      s += QUARTER(dy, 3);
      dy += dy_bytes;
    }
    gradient[o] = fold(s);
  }
}
