/*
 * Convolutions in compressed rows, forward and to their inputs: only surviving weights exist. Sums are taken in the order that
 * convolution_dense.c states; the stored border of zeros lets edges be computed as everything else.
 */
#include "operations.h"
#include "wide.h"

/* Vectors of sums that share each weight and offset read, over neighbouring places of one output. */
#define SUMS 8

/* One output at `places` neighbouring places for `vectors` vectors (constants). */
INLINE void sparse_tile(
    const char *x, i32 x_column, const i32 *offset, const f32 *value, i32 count, const f32 *bias, i32 accumulate,
    char *y, i32 y_column, i32 places, i32 vectors) {
  fw sum[SUMS];
  UNROLL for (i32 v = 0; v < places * vectors; v++) {
    sum[v] = accumulate ? VECTOR(y + v / vectors * y_column, v % vectors) + wide(0) : wide(0);
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  for (i32 k = 0; k < count; k++) {
    fw w = wide(value[k]);
    const char *at = x + offset[k];
    UNROLL for (i32 v = 0; v < places * vectors; v++) sum[v] += w * VECTOR(at + v / vectors * x_column, v % vectors);
  }
  UNROLL for (i32 v = 0; v < places * vectors; v++) {
    store_wide((fw *)(y + v / vectors * y_column) + v % vectors, bias ? sum[v] + wide(*bias) : sum[v]);
  }
}

/*
 * Where neighbouring places find their windows and leave their sums. While one output is computed, its share of what the next places
 * read and write is fetched: processors do not foresee rows so short, of which each channel has its own.
 */
typedef struct { const char *x; char *y; } somewhere;

INLINE void fetch_next(const sparse_convolution_arguments *a, somewhere next, i32 o, i32 places) {
#ifdef __wasm__
  (void)a, (void)next, (void)o, (void)places;
#else
  i32 lines = places * a->x_column / LANE_BYTES;
  const char *last = next.x + a->x_reach + (places - 1) * a->x_column;
  span mine = span_of(a->channels * lines, (share){o, a->outputs});
  for (i32 line = mine.first; line < mine.end; line++) {
    __builtin_prefetch(last + line / lines * a->x_channel - line % lines * LANE_BYTES);
  }
  for (i32 p = 0; p < places; p++) __builtin_prefetch(next.y + o * a->y_channel + p * a->y_column, 1);
#endif
}

/* All outputs at `places` neighbouring places (a constant), a tile of channels after another, so that their windows stay in the cache. */
INLINE void sparse_places(const sparse_convolution_arguments *a, somewhere here, somewhere next, i32 places, i32 vectors) {
  const i32 *starts = AT(const i32, a->row_starts), *offset = AT(const i32, a->offset);
  const f32 *value = AT(const f32, a->value), *bias = a->bias ? AT(const f32, a->bias) : 0;
  for (i32 tile = 0; tile < a->tiles; tile++) {
    i32 last = tile == a->tiles - 1;
    for (i32 o = 0; o < a->outputs; o++) {
      i32 k = starts[o], count = starts[a->outputs + o] - k;
      if (last) fetch_next(a, next, o, places);
      sparse_tile(here.x, a->x_column, offset + k, value + k, count, last && bias ? bias + o : 0, tile > 0 || a->accumulate,
                  here.y + o * a->y_channel, a->y_column, places, vectors);
    }
    starts += a->outputs;
  }
}

INLINE void sparse_block(const sparse_convolution_arguments *a, const char *x, char *y, i32 vectors) {
  for (i32 row = 0; row < a->rows; row++) {
    somewhere here = {x + row * a->x_row, y + row * a->y_row}, below = {here.x + a->x_row, here.y + a->y_row};
    i32 left = a->columns;
#define SOME(places)                                                                        \
  while (left >= (places)) {                                                                \
    somewhere beside = {here.x + (places) * a->x_column, here.y + (places) * a->y_column};  \
    left -= (places);                                                                       \
    sparse_places(a, here, left > 0 ? beside : below, places, vectors);                     \
    here = beside;                                                                          \
  }
#if VECTORS == 1
    SOME(8)
#endif
#if VECTORS <= 2
    SOME(4)
#endif
    SOME(2)
    SOME(1)
#undef SOME
  }
}

void op_sparse_convolution(const sparse_convolution_arguments *a, share s) {
  span blocks = blocks_of(a->quarters, s);
  const char *x = AT(const char, a->x) + blocks.first * a->x_block;
  char *y = AT(char, a->y) + blocks.first * a->y_block;
  i32 quarters = quarters_in(a->quarters, blocks);
#if WIDE == 4
  for (; quarters >= 4; quarters -= 4) {
    sparse_block(a, x, y, 4);
    x += a->x_block;
    y += a->y_block;
  }
  if (quarters == 3) sparse_block(a, x, y, 3);
  if (quarters == 2) sparse_block(a, x, y, 2);
  if (quarters == 1) sparse_block(a, x, y, 1);
#else
  for (; quarters > 0; quarters -= 4) {
    sparse_block(a, x, y, VECTORS);
    x += a->x_block;
    y += a->y_block;
  }
#endif
}
