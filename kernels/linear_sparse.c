/*
 * Fully connected layers in compressed rows: only surviving weights exist. Sums are taken in the orders that
 * linear_dense.c states, so a layer gives the same bits however it is stored.
 */
#include "gradients.h"
#include "gradients_wide.h"
#include "operations.h"
#include "wide.h"

/* Vectors that share each weight and offset read: two blocks in WebAssembly, four with AVX-512. */
#define MOST_VECTORS (WIDE == 16 ? 4 : 8)

/*
 * A sum over the terms of one row for `vectors` vectors (a constant) of neighbouring blocks. `place`, where there is one, says
 * where the weights stand; `onward` continues from the sums of earlier tiles in y.
 */
INLINE void row_sums(
    const char *x, i32 x_bytes, const i32 *offset, const i32 *place, const f32 *value, i32 count, i32 onward, const f32 *bias, f32 *y,
    i32 y_floats, i32 vectors) {
  fw sum[8];
  UNROLL for (i32 v = 0; v < vectors; v++) {
    sum[v] = onward ? load_wide(y + v / VECTORS * y_floats + v % VECTORS * WIDE) : wide(0);
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  for (i32 k = 0; k < count; k++) {
    fw w = wide(place ? value[place[k]] : value[k]);
    const char *at = x + offset[k];
    UNROLL for (i32 v = 0; v < vectors; v++) sum[v] += w * VECTOR(at + v / VECTORS * x_bytes, v % VECTORS);
  }
  UNROLL for (i32 v = 0; v < vectors; v++) {
    store_wide(y + v / VECTORS * y_floats + v % VECTORS * WIDE, bias ? sum[v] + wide(*bias) : sum[v]);
  }
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

/* The rows of a span for `vectors` vectors (a constant). */
INLINE void block_sums(const compressed *w, span rows, const char *x, f32 *y, i32 vectors) {
  for (i32 tile = 0; tile < w->tiles; tile++) {
    const i32 *starts = w->starts + tile * w->next;
    i32 last = tile == w->tiles - 1;
    for (i32 o = rows.first; o < rows.end; o++) {
      i32 from = starts[o], count = starts[o + w->next] - from;
      const i32 *place = w->place ? w->place + from : 0;
      const f32 *value = w->place ? w->value : w->value + from;
      row_sums(x, w->inputs * LANE_BYTES, w->offset + from, place, value, count, tile, last && w->bias ? w->bias + o : 0,
               y + o * LANES, w->outputs * LANES, vectors);
    }
  }
}

INLINE void all_sums(const compressed *w, span rows, const char *x, f32 *y, i32 quarters) {
  i32 vectors = VECTORS_OF(quarters);
  for (; vectors >= MOST_VECTORS; vectors -= MOST_VECTORS) {
    block_sums(w, rows, x, y, MOST_VECTORS);
    x += MOST_VECTORS / VECTORS * w->inputs * LANE_BYTES;
    y += MOST_VECTORS / VECTORS * w->outputs * LANES;
  }
  switch (vectors) {
#if MOST_VECTORS > 4
    case 7: block_sums(w, rows, x, y, 7); break;
    case 6: block_sums(w, rows, x, y, 6); break;
    case 5: block_sums(w, rows, x, y, 5); break;
    case 4: block_sums(w, rows, x, y, 4); break;
#endif
    case 3: block_sums(w, rows, x, y, 3); break;
    case 2: block_sums(w, rows, x, y, 2); break;
    case 1: block_sums(w, rows, x, y, 1); break;
  }
}

void op_sparse_forward(const sparse_forward_arguments *a, share s) {
  compressed w = {AT(const i32, a->rows), AT(const i32, a->column), 0, AT(const f32, a->value), a->bias ? AT(const f32, a->bias) : 0,
                  a->inputs, a->outputs, a->tiles, a->outputs};
  all_sums(&w, span_of(a->outputs, s), AT(const char, a->x), AT(f32, a->y), a->quarters);
}

void op_sparse_input_gradient(const sparse_input_gradient_arguments *a, share s) {
  compressed w = {AT(const i32, a->columns), AT(const i32, a->row), AT(const i32, a->place), AT(const f32, a->value), 0, a->outputs, a->inputs, 1, 1};
  all_sums(&w, span_of(a->inputs, s), AT(const char, a->dy), AT(f32, a->dx), a->quarters);
}

#if WIDE == 4
/* The gradients of `count` neighbouring weights of the output that dy is of. */
INLINE void row_gradients(const sparse_weight_gradient_arguments *a, const char *dy, const char *x, const i32 *column, f32 *gradient, i32 count) {
  i32 quarters = a->quarters, x_bytes = a->inputs * LANE_BYTES, dy_bytes = a->outputs * LANE_BYTES, k = 0;
  for (; k + 6 <= count; k += 6) gradient_six(dy, x, column + k, quarters, dy_bytes, x_bytes, gradient + k);
  for (; k + 4 <= count; k += 4) {
    f4 sum = gradient_four(dy, x + column[k], x + column[k + 1], x + column[k + 2], x + column[k + 3], quarters, dy_bytes, x_bytes);
    __builtin_memcpy(gradient + k, &sum, 16);
  }
  for (; k < count; k++) gradient[k] = gradient_one(dy, x + column[k], quarters, dy_bytes, x_bytes);
}
#else
/* The first `terms` of `groups` times TOGETHER weights (groups is a constant) of the output that dy is of. */
INLINE void gradient_weights(
    const sparse_weight_gradient_arguments *a, const char *dy, const char *x, const i32 *column, f32 *gradient, i32 terms, i32 groups) {
  i32 whole = a->quarters / 4, x_bytes = a->inputs * LANE_BYTES, dy_bytes = a->outputs * LANE_BYTES;
  const char *at[2 * TOGETHER];
  fw sum[2];
  for (i32 k = 0; k < groups * TOGETHER; k++) at[k] = x + column[k < terms ? k : 0];
  UNROLL for (i32 g = 0; g < groups; g++) sum[g] = wide(0);
  gradient_row_run(sum, dy, dy_bytes, at, x_bytes, whole, 4, groups);
  if (a->quarters % 4 != 0) {
    for (i32 k = 0; k < groups * TOGETHER; k++) at[k] += whole * x_bytes;
    gradient_row_run(sum, dy + whole * dy_bytes, dy_bytes, at, x_bytes, 1, a->quarters % 4, groups);
  }
  UNROLL for (i32 g = 0; g < groups; g++) {
    i32 rest = terms - g * TOGETHER;
    fold_row(sum[g], gradient + g * TOGETHER, rest < TOGETHER ? rest : TOGETHER);
  }
}

/* The gradients of `count` neighbouring weights of the output that dy is of. */
INLINE void row_gradients(const sparse_weight_gradient_arguments *a, const char *dy, const char *x, const i32 *column, f32 *gradient, i32 count) {
  i32 k = 0;
  for (; k + 2 * TOGETHER <= count; k += 2 * TOGETHER) gradient_weights(a, dy, x, column + k, gradient + k, 2 * TOGETHER, 2);
  if (count - k > TOGETHER) gradient_weights(a, dy, x, column + k, gradient + k, count - k, 2);
  else if (k < count) gradient_weights(a, dy, x, column + k, gradient + k, count - k, 1);
}
#endif

void op_sparse_weight_gradient(const sparse_weight_gradient_arguments *a, share s) {
  const i32 *column = AT(const i32, a->column);
  const char *x = AT(const char, a->x);
  f32 *gradient = AT(f32, a->gradient);
  span mine = span_of(a->outputs, s);
  for (i32 tile = 0; tile < a->tiles; tile++) {
    const i32 *starts = AT(const i32, a->rows) + tile * a->outputs;
    for (i32 o = mine.first; o < mine.end; o++) {
      i32 k = starts[o];
      row_gradients(a, AT(const char, a->dy) + o * LANE_BYTES, x, column + k, gradient + k, starts[o + a->outputs] - k);
    }
  }
}
