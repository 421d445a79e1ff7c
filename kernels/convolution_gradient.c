/*
 * Gradients of a convolution's weights: dot products over the batch and the places of the output, of which a weight's
 * terms take four partial sums as linear.h says, over blocks, rows, columns and quarters in this order.
 *
 * The partial sums of all weights are kept in memory while strips of rows go by, so that the rows of a strip stay in the
 * cache however large the maps are; a strip has at least STRIP places, which makes loading and storing the sums cheap. Dense layers on wide
 * machines take TURNED_PLACES places at a time instead, for which the gradients of sixteen outputs are turned.
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

/* One output by the first `terms` of `groups` times TOGETHER terms (groups is a constant). */
INLINE void wide_row(const strip *s, const char *dy, const char *x, const i32 *offset, i32 terms, f32 *p, i32 groups) {
  fw sum[3];
  const char *at[3 * TOGETHER];
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

#if WIDE == 4
/* All terms of one or two outputs over one strip. */
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
      for (i32 rest = mine.end - mine.first; rest > 0; rest -= 2) {
        if (rest > 1) dense_outputs(&here, dy, a->dy_channel, x, offset, terms, p, 2);
        else dense_outputs(&here, dy, a->dy_channel, x, offset, terms, p, 1);
        dy += 2 * a->dy_channel;
        p += 8 * terms;
      }
    }
  }
  fold_all(partial, AT(f32, a->gradient) + mine.first * terms, n);
}
#else
/* Places whose examples are turned at once: 32 KiB of them for sixteen outputs. */
#define TURNED_PLACES 32

/* As many floats of a vector as there are, and zeros. */
INLINE fw load_lanes(const f32 *from, i32 lanes) {
  if (lanes >= WIDE) return load_unaligned(from);
  fw some = wide(0);
  if (lanes > 0) __builtin_memcpy(&some, from, 4u * (u32)lanes);
  return some;
}

INLINE void store_lanes(f32 *to, fw value, i32 lanes) {
  if (lanes >= WIDE) store_unaligned(to, value);
  else if (lanes > 0) __builtin_memcpy(to, &value, 4u * (u32)lanes);
}

/* GRADIENT_PARTS partial sums of `rows` terms (a constant) of `outputs` outputs, which stand in p, four a term. */
INLINE void dense_tile(
    const gradient_places *here, const char *x, const i32 *offset, const f32 *turned, f32 *p, i32 rows, i32 outputs) {
  fw sum[GRADIENT_ROWS * GRADIENT_SUMS];
  const char *at[GRADIENT_ROWS];
  /* Sum number i: row, part, vector. */
#define PLACE(i) p + ((i) / GRADIENT_SUMS * 4 + (i) % GRADIENT_PARTS) * outputs + (i) % GRADIENT_SUMS / GRADIENT_PARTS * WIDE
#define EXIST(i) outputs - (i) % GRADIENT_SUMS / GRADIENT_PARTS * WIDE
  UNROLL for (i32 r = 0; r < rows; r++) at[r] = x + offset[r];
  UNROLL for (i32 i = 0; i < rows * GRADIENT_SUMS; i++) sum[i] = load_lanes(PLACE(i), EXIST(i));
  gradient_run(sum, here, at, turned, rows);
  UNROLL for (i32 i = 0; i < rows * GRADIENT_SUMS; i++) store_lanes(PLACE(i), sum[i], EXIST(i));
#undef PLACE
#undef EXIST
}

/* All terms of sixteen outputs, of which `outputs` exist, over some places. */
INLINE void dense_outputs(
    const convolution_weight_gradient_arguments *a, const gradient_places *here, const char *x, const char *dy, f32 *p, f32 *turned, i32 outputs) {
  const i32 *offset = AT(const i32, a->offset);
  i32 apart = turned_apart(here->rows * here->columns * here->quarters);
  f32 *to = turned;
  for (i32 row = 0; row < here->rows; row++) {
    for (i32 column = 0; column < here->columns; column++) {
      for (i32 q = 0; q < here->quarters; q++) {
        turn_quarter(dy + row * a->dy_row + column * LANE_BYTES + 16 * q, a->dy_channel, outputs, to, apart);
        to += TURNED_NEXT;
      }
    }
  }
  for (i32 k = 0; k < 4; k += GRADIENT_PARTS) {
    const f32 *from = turned + k * apart;
    const char *at = x + 4 * k;
    f32 *sums = p + k * outputs;
    i32 t = 0;
    for (; t + GRADIENT_ROWS <= a->terms; t += GRADIENT_ROWS) dense_tile(here, at, offset + t, from, sums + 4 * t * outputs, GRADIENT_ROWS, outputs);
    for (; t + 2 <= a->terms; t += 2) dense_tile(here, at, offset + t, from, sums + 4 * t * outputs, 2, outputs);
    if (t < a->terms) dense_tile(here, at, offset + t, from, sums + 4 * t * outputs, 1, outputs);
  }
}

/* The gradients of some outputs from their partial sums. */
INLINE void fold_outputs(const f32 *p, f32 *gradient, i32 terms, i32 outputs) {
  for (i32 t = 0; t < terms; t++) {
    for (i32 o = 0; o < outputs; o++) gradient[o * terms + t] = (p[o] + p[2 * outputs + o]) + (p[outputs + o] + p[3 * outputs + o]);
    p += 4 * outputs;
  }
}

void op_convolution_weight_gradient(const convolution_weight_gradient_arguments *a, share s) {
  f32 turned[16 * TURNED_PLACES * LANES] __attribute__((aligned(64)));
  span mine = span_of(a->outputs, s);
  i32 width = a->columns < TURNED_PLACES ? a->columns : TURNED_PLACES, height = TURNED_PLACES / width;
  f32 *partial = AT(f32, a->partial) + 4 * mine.first * a->terms;
  clear(partial, (mine.end - mine.first) * a->terms);
  for (i32 left = a->quarters, block = 0; left > 0; left -= 4, block++) {
    for (i32 row = 0; row < a->rows; row += height) {
      for (i32 column = 0; column < a->columns; column += width) {
        gradient_places here = {a->rows - row < height ? a->rows - row : height, a->columns - column < width ? a->columns - column : width,
                                left < 4 ? left : 4, a->x_column, a->x_row};
        const char *x = AT(const char, a->x) + block * a->x_block + row * a->x_row + column * a->x_column;
        const char *dy = AT(const char, a->dy) + block * a->dy_block + row * a->dy_row + column * LANE_BYTES + mine.first * a->dy_channel;
        f32 *p = partial;
        i32 rest = mine.end - mine.first;
        for (; rest >= LANES; rest -= LANES) {
          dense_outputs(a, &here, x, dy, p, turned, LANES);
          dy += LANES * a->dy_channel;
          p += 4 * LANES * a->terms;
        }
        if (rest > 0) dense_outputs(a, &here, x, dy, p, turned, rest);
      }
    }
  }
  for (i32 o = mine.first; o < mine.end; o += LANES) {
    i32 outputs = mine.end - o < LANES ? mine.end - o : LANES;
    fold_outputs(partial + 4 * (o - mine.first) * a->terms, AT(f32, a->gradient) + o * a->terms, a->terms, outputs);
  }
}
#endif

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
        for (; k + 3 * TOGETHER <= end; k += 3 * TOGETHER) wide_row(&here, e, x, offset + k, 3 * TOGETHER, partial + 4 * k, 3);
        if (end - k > 2 * TOGETHER) wide_row(&here, e, x, offset + k, end - k, partial + 4 * k, 3);
        else if (end - k > TOGETHER) wide_row(&here, e, x, offset + k, end - k, partial + 4 * k, 2);
        else if (k < end) wide_row(&here, e, x, offset + k, end - k, partial + 4 * k, 1);
#endif
      }
    }
  }
  fold_all(partial + 4 * begin, AT(f32, a->gradient) + begin, count);
}
