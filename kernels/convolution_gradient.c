/*
 * Gradients of a convolution's weights: dot products over the batch and the places of the output, of which a weight's
 * terms take four partial sums as linear.h says, over blocks, rows, columns and quarters in this order.
 *
 * The partial sums of all weights are kept in memory while strips of rows go by, so that the rows of a strip stay in the
 * cache however large the maps are; a strip has at least STRIP places, which makes loading and storing the sums cheap.
 */
#include "gradients.h"
#include "gradients_wide.h"
#include "operations.h"

#define STRIP 32

/* How the maps of a gradient lie, in bytes; columns and rows of one strip. */
typedef struct {
  i32 rows, columns, quarters;
  i32 x_column, x_row, dy_row;
} strip;

#if WIDE == 4
/* Two outputs by four terms. */
INLINE void dense_tile(
    const strip *s, const char *e, const char *f, const char *x0, const char *x1, const char *x2, const char *x3, f32 *p0, f32 *p1) {
  f4 s0 = load(p0), s1 = load(p0 + 4), s2 = load(p0 + 8), s3 = load(p0 + 12);
  f4 t0 = load(p1), t1 = load(p1 + 4), t2 = load(p1 + 8), t3 = load(p1 + 12);
  /* With a stride of one and whole blocks a row is one run of quarters. */
  i32 whole = s->x_column == LANE_BYTES && s->quarters == 4;
  i32 run = whole ? s->columns * 4 : s->quarters, runs = whole ? 1 : s->columns;
  i32 x_step = whole ? 0 : s->x_column - run * 16, dy_step = whole ? 0 : LANE_BYTES - run * 16;
  i32 x_rest = s->x_row - runs * (run * 16 + x_step), dy_rest = s->dy_row - runs * (run * 16 + dy_step);
  for (i32 row = 0; row < s->rows; row++) {
#pragma clang loop unroll(disable)
    for (i32 r = 0; r < runs; r++) {
#pragma clang loop unroll(disable)
      for (i32 q = 0; q < run; q++) {
        f4 a = QUARTER(e, 0), b = QUARTER(f, 0);
        f4 v = QUARTER(x0, 0);
        s0 += a * v; t0 += b * v;
        v = QUARTER(x1, 0);
        s1 += a * v; t1 += b * v;
        v = QUARTER(x2, 0);
        s2 += a * v; t2 += b * v;
        v = QUARTER(x3, 0);
        s3 += a * v; t3 += b * v;
        e += 16; f += 16; x0 += 16; x1 += 16; x2 += 16; x3 += 16;
      }
      e += dy_step; f += dy_step; x0 += x_step; x1 += x_step; x2 += x_step; x3 += x_step;
    }
    e += dy_rest; f += dy_rest; x0 += x_rest; x1 += x_rest; x2 += x_rest; x3 += x_rest;
  }
  store(p0, s0); store(p0 + 4, s1); store(p0 + 8, s2); store(p0 + 12, s3);
  store(p1, t0); store(p1 + 4, t1); store(p1 + 8, t2); store(p1 + 12, t3);
}

/* One output by four terms. */
INLINE void four_terms(const strip *s, const char *e, const char *x0, const char *x1, const char *x2, const char *x3, f32 *p) {
  f4 s0 = load(p), s1 = load(p + 4), s2 = load(p + 8), s3 = load(p + 12);
  i32 whole = s->x_column == LANE_BYTES && s->quarters == 4;
  i32 run = whole ? s->columns * 4 : s->quarters, runs = whole ? 1 : s->columns;
  i32 x_step = whole ? 0 : s->x_column - run * 16, dy_step = whole ? 0 : LANE_BYTES - run * 16;
  i32 x_rest = s->x_row - runs * (run * 16 + x_step), dy_rest = s->dy_row - runs * (run * 16 + dy_step);
  for (i32 row = 0; row < s->rows; row++) {
#pragma clang loop unroll(disable)
    for (i32 r = 0; r < runs; r++) {
#pragma clang loop unroll(disable)
      for (i32 q = 0; q < run; q++) {
        f4 a = QUARTER(e, 0);
        s0 += a * QUARTER(x0, 0); s1 += a * QUARTER(x1, 0); s2 += a * QUARTER(x2, 0); s3 += a * QUARTER(x3, 0);
        e += 16; x0 += 16; x1 += 16; x2 += 16; x3 += 16;
      }
      e += dy_step; x0 += x_step; x1 += x_step; x2 += x_step; x3 += x_step;
    }
    e += dy_rest; x0 += x_rest; x1 += x_rest; x2 += x_rest; x3 += x_rest;
  }
  store(p, s0); store(p + 4, s1); store(p + 8, s2); store(p + 12, s3);
}

/* One output by one term. */
INLINE void one_term(const strip *s, const char *e, const char *x, f32 *p) {
  f4 sum = load(p);
  for (i32 row = 0; row < s->rows; row++) {
    for (i32 column = 0; column < s->columns; column++) {
      for (i32 q = 0; q < s->quarters; q++) sum += QUARTER(e + column * LANE_BYTES, q) * QUARTER(x + column * s->x_column, q);
    }
    e += s->dy_row;
    x += s->x_row;
  }
  store(p, sum);
}
#else
/* Partial sums of the first `terms` of TOGETHER weights, and zeros. */
INLINE fw load_some(const f32 *from, i32 terms) {
  fw some = wide(0);
  __builtin_memcpy(&some, from, 16u * (u32)(terms < TOGETHER ? terms : TOGETHER));
  return some;
}

/*
 * `outputs` outputs (a constant) by the first `terms` of TOGETHER terms: p0 holds their partial sums, an output's `row`
 * floats from the next's.
 */
INLINE void wide_tile(const strip *s, const char *dy, i32 dy_channel, const char *x, const i32 *offset, i32 terms, f32 *p, i32 row, i32 outputs) {
  fw sum[MOST_OUTPUTS];
  UNROLL for (i32 o = 0; o < outputs; o++) {
    if (terms == TOGETHER) sum[o] = load_unaligned(p + o * row);
    else sum[o] = load_some(p + o * row, terms);
  }
  const char *at[TOGETHER];
  for (i32 k = 0; k < TOGETHER; k++) at[k] = x + offset[k < terms ? k : 0];
  for (i32 r = 0; r < s->rows; r++) {
    gradient_run(sum, dy, dy_channel, LANE_BYTES, at, s->x_column, s->columns, s->quarters, s->quarters, outputs);
    dy += s->dy_row;
    UNROLL for (i32 k = 0; k < TOGETHER; k++) at[k] += s->x_row;
  }
  UNROLL for (i32 o = 0; o < outputs; o++) {
    if (terms == TOGETHER) store_unaligned(p + o * row, sum[o]);
    else __builtin_memcpy(p + o * row, &sum[o], 16u * (u32)terms);
  }
}

/* One output by the first `terms` of `groups` times TOGETHER terms (groups is a constant). */
INLINE void wide_row(const strip *s, const char *dy, const char *x, const i32 *offset, i32 terms, f32 *p, i32 groups) {
  fw sum[2];
  const char *at[2 * TOGETHER];
  i32 whole = terms == groups * TOGETHER;
  if (whole) {
    UNROLL for (i32 g = 0; g < groups; g++) sum[g] = load_unaligned(p + g * WIDE);
  } else {
    UNROLL for (i32 g = 0; g < groups; g++) sum[g] = load_some(p + g * WIDE, terms - g * TOGETHER);
  }
  for (i32 k = 0; k < groups * TOGETHER; k++) at[k] = x + offset[k < terms ? k : 0];
  for (i32 r = 0; r < s->rows; r++) {
    if (s->quarters == 4) gradient_row_run(sum, dy, LANE_BYTES, at, s->x_column, s->columns, 4, groups);
    else gradient_row_run(sum, dy, LANE_BYTES, at, s->x_column, s->columns, s->quarters, groups);
    dy += s->dy_row;
    UNROLL for (i32 k = 0; k < groups * TOGETHER; k++) at[k] += s->x_row;
  }
  if (whole) {
    UNROLL for (i32 g = 0; g < groups; g++) store_unaligned(p + g * WIDE, sum[g]);
  } else {
    __builtin_memcpy(p, sum, 16u * (u32)terms);
  }
}
#endif

INLINE void clear(f32 *partial, i32 n) {
  for (i32 i = 0; i < n; i++) store(partial + 4 * i, splat(0));
}

INLINE void fold_all(const f32 *partial, f32 *gradient, i32 n) {
  for (i32 i = 0; i < n; i++) gradient[i] = fold(load(partial + 4 * i));
}

INLINE i32 strip_rows(i32 columns) { return columns >= STRIP ? 1 : (STRIP + columns - 1) / columns; }

/* All terms of `outputs` outputs (a constant on wide machines) over one strip. */
#if WIDE == 4
INLINE void dense_outputs(
    const strip *s, const char *dy, i32 dy_channel, const char *x, const i32 *offset, i32 terms, f32 *partial, i32 outputs) {
  const char *e = dy, *f = e + dy_channel;
  f32 *p0 = partial, *p1 = p0 + 4 * terms;
  i32 t = 0;
  if (outputs == 2) {
    for (; t + 4 <= terms; t += 4) {
      dense_tile(s, e, f, x + offset[t], x + offset[t + 1], x + offset[t + 2], x + offset[t + 3], p0 + 4 * t, p1 + 4 * t);
    }
  }
  for (; t < terms; t++) {
    one_term(s, e, x + offset[t], p0 + 4 * t);
    if (outputs == 2) one_term(s, f, x + offset[t], p1 + 4 * t);
  }
}
#define MOST_OUTPUTS 2
#else
INLINE void dense_outputs(
    const strip *s, const char *dy, i32 dy_channel, const char *x, const i32 *offset, i32 terms, f32 *partial, i32 outputs) {
  i32 t = 0;
  for (; t + TOGETHER <= terms; t += TOGETHER) {
    wide_tile(s, dy, dy_channel, x, offset + t, TOGETHER, partial + 4 * t, 4 * terms, outputs);
  }
  if (t < terms) wide_tile(s, dy, dy_channel, x, offset + t, terms - t, partial + 4 * t, 4 * terms, outputs);
}
#endif

void op_convolution_weight_gradient(const convolution_weight_gradient_arguments *a, share s) {
  const i32 *offset = AT(const i32, a->offset);
  span mine = span_of(a->outputs, s);
  i32 terms = a->terms, step = strip_rows(a->columns), n = (mine.end - mine.first) * terms;
  f32 *partial = AT(f32, a->partial) + 4 * mine.first * terms;
  clear(partial, n);
  for (i32 left = a->quarters, block = 0; left > 0; left -= 4, block++) {
    for (i32 row = 0; row < a->rows; row += step) {
      strip here = {row + step <= a->rows ? step : a->rows - row, a->columns, left < 4 ? left : 4, a->x_column, a->x_row, a->dy_row};
      const char *dy = AT(const char, a->dy) + block * a->dy_block + row * a->dy_row + mine.first * a->dy_channel;
      const char *x = AT(const char, a->x) + block * a->x_block + row * a->x_row;
      f32 *p = partial;
      i32 rest = mine.end - mine.first;
#define SOME(outputs)                                                          \
  for (; rest >= (outputs); rest -= (outputs)) {                               \
    dense_outputs(&here, dy, a->dy_channel, x, offset, terms, p, outputs);     \
    dy += (outputs) * a->dy_channel;                                           \
    p += 4 * (outputs) * terms;                                                \
  }
      SOME(MOST_OUTPUTS)
#if MOST_OUTPUTS > 8
      SOME(8)
#endif
#if MOST_OUTPUTS > 4
      SOME(4)
#endif
      SOME(1)
#undef SOME
    }
  }
  fold_all(partial, AT(f32, a->gradient) + mine.first * terms, n);
}

void op_sparse_convolution_weight_gradient(const sparse_convolution_weight_gradient_arguments *a, share s) {
  const i32 *rows = AT(const i32, a->row_starts), *offset = AT(const i32, a->offset);
  span mine = span_of(a->outputs, s);
  f32 *partial = AT(f32, a->partial);
  i32 step = strip_rows(a->columns), begin = rows[mine.first], count = rows[mine.end] - begin;
  clear(partial + 4 * begin, count);
  for (i32 left = a->quarters, block = 0; left > 0; left -= 4, block++) {
    for (i32 row = 0; row < a->rows; row += step) {
      strip here = {row + step <= a->rows ? step : a->rows - row, a->columns, left < 4 ? left : 4, a->x_column, a->x_row, a->dy_row};
      const char *dy = AT(const char, a->dy) + block * a->dy_block + row * a->dy_row;
      const char *x = AT(const char, a->x) + block * a->x_block + row * a->x_row;
      for (i32 o = mine.first; o < mine.end; o++) {
        const char *e = dy + o * a->dy_channel;
        i32 k = rows[o], end = rows[o + 1];
#if WIDE == 4
        for (; k + 4 <= end; k += 4) {
          four_terms(&here, e, x + offset[k], x + offset[k + 1], x + offset[k + 2], x + offset[k + 3], partial + 4 * k);
        }
        for (; k < end; k++) one_term(&here, e, x + offset[k], partial + 4 * k);
#else
        for (; k + 2 * TOGETHER <= end; k += 2 * TOGETHER) wide_row(&here, e, x, offset + k, 2 * TOGETHER, partial + 4 * k, 2);
        if (end - k > TOGETHER) wide_row(&here, e, x, offset + k, end - k, partial + 4 * k, 2);
        else if (k < end) wide_row(&here, e, x, offset + k, end - k, partial + 4 * k, 1);
#endif
      }
    }
  }
  fold_all(partial + 4 * begin, AT(f32, a->gradient) + begin, count);
}
