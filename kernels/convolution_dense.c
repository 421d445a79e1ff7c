/*
 * Dense convolutions, forward and to their inputs, direct: no buffer of windows is built.
 *
 * A convolution is, for each place of the output, a sum over terms (input channel, kernel row, kernel column) of weight
 * times the vector at a tabulated offset. The border of zeros around a map is stored. The kernel is called for the inside and for
 * the edges separately, where the terms that would read the border are omitted: adding their zeros changes no bit. The gradient to
 * the input is the same operation on the gradient of the output, its terms being (output channel, kernel row, kernel column);
 * with a stride of s the places of the input fall into s x s classes, each with the terms that reach it, and each an operation of
 * its own.
 *
 * The order of summation, dense or sparse: from +0, one term at a time in the order just given, the bias last. Where the
 * input's gradient has several parts, each continues from the sum of those before it (with +0 added, so that the sign of a zero
 * does not depend on how many terms follow).
 *
 * Loops: chunks of outputs and of terms whose weights stay in the second-level cache; blocks; rows; groups of neighbouring places;
 * fewer terms, so that the windows of a group stay in the first-level cache, the sums waiting in the output in between; outputs,
 * whose few weights stay there too. None of it changes an order of summation.
 */
#include "gradients.h"
#include "operations.h"
#include "wide.h"

/* Weights of a chunk, 256 KiB, and most terms of it: with fewer outputs at once the maps would be read more often. */
#define CHUNK 65536
#define CHUNK_TERMS 1152
/* Terms whose windows are computed together. */
#define TERMS 144

/*
 * Neighbouring places of a group, and outputs whose sums are computed together for them: as many vectors of sums as the registers
 * hold beside their factors, and eight in WebAssembly, where a place is four of them.
 */
#if WIDE == 16
#define GROUP 6
#define OUTPUTS 4
#elif WIDE == 8
#define GROUP 3
#define OUTPUTS 2
#else
#define GROUP 4
#define OUTPUTS 2
#endif

/*
 * `rows` outputs at `places` neighbouring places for `vectors` vectors of a block (all three constants), over a chunk of terms;
 * `onward` continues from the sums in y, with +0 added.
 */
INLINE void dense_tile(
    const char *x, i32 x_column, const i32 *offset, const i32 *index, const f32 *w, i32 across, i32 terms, i32 onward, const f32 *bias,
    char *y, i32 y_channel, i32 y_column, i32 rows, i32 places, i32 vectors) {
  fw sum[24];
  UNROLL for (i32 r = 0; r < rows; r++) {
    UNROLL for (i32 v = 0; v < places * vectors; v++) {
      sum[r * places * vectors + v] =
          onward ? VECTOR(y + r * y_channel + v / vectors * y_column, v % vectors) + wide(0) : wide(0);
    }
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  for (i32 t = 0; t < terms; t++) {
    const char *from = x + offset[t];
    fw value[8];
    const f32 *at = index ? w + index[t] : w + t;
    UNROLL for (i32 r = 0; r < rows; r++) value[r] = wide(at[r * across]);
    UNROLL for (i32 v = 0; v < places * vectors; v++) {
      fw here = VECTOR(from + v / vectors * x_column, v % vectors);
      UNROLL for (i32 r = 0; r < rows; r++) sum[r * places * vectors + v] += value[r] * here;
    }
  }
  UNROLL for (i32 r = 0; r < rows; r++) {
    UNROLL for (i32 v = 0; v < places * vectors; v++) {
      fw result = sum[r * places * vectors + v];
      store_wide((fw *)(y + r * y_channel + v / vectors * y_column) + v % vectors, bias ? result + wide(bias[r]) : result);
    }
  }
}

/* What a group of places takes: a chunk of terms for the outputs from `first` to `end`. */
typedef struct {
  const convolution_arguments *a;
  const i32 *offset, *index;
  const f32 *weight, *bias;
  i32 terms, onward, first, end;
} dense_chunk;

/* `places` neighbouring places (a constant) for all outputs of a chunk, `rows` at a time. */
INLINE void dense_places(const dense_chunk *c, const char *x, char *y, i32 rows, i32 places, i32 vectors) {
  const convolution_arguments *a = c->a;
  i32 o = c->first;
  for (; o + rows <= c->end; o += rows) {
    dense_tile(x, a->x_column, c->offset, c->index, c->weight + o * a->across, a->across, c->terms, c->onward, c->bias ? c->bias + o : 0,
               y + o * a->y_channel, a->y_channel, a->y_column, rows, places, vectors);
  }
  for (; o < c->end; o++) {
    dense_tile(x, a->x_column, c->offset, c->index, c->weight + o * a->across, a->across, c->terms, c->onward, c->bias ? c->bias + o : 0,
               y + o * a->y_channel, a->y_channel, a->y_column, 1, places, vectors);
  }
}

#if WIDE == 4
/* Every place of a group in turn, outputs outermost, so that the weights of a few stay in registers' reach. */
INLINE void dense_group(const dense_chunk *c, const char *x, char *y, i32 places, i32 rows, i32 vectors) {
  const convolution_arguments *a = c->a;
  dense_chunk part = *c;
  for (i32 o = c->first; o < c->end; o += rows) {
    part.first = o;
    part.end = o + rows < c->end ? o + rows : c->end;
    for (i32 p = 0; p < places; p++) dense_places(&part, x + p * a->x_column, y + p * a->y_column, rows, 1, vectors);
  }
}
#else
INLINE void dense_group(const dense_chunk *c, const char *x, char *y, i32 places, i32 rows, i32 vectors) {
  switch (places) {
#if GROUP == 6
    case 6: dense_places(c, x, y, rows, 6, vectors); break;
    case 4: dense_places(c, x, y, rows, 4, vectors); break;
#endif
    case 3: dense_places(c, x, y, rows, 3, vectors); break;
    case 2: dense_places(c, x, y, rows, 2, vectors); break;
    case 1: dense_places(c, x, y, 2 * rows, 1, vectors); break;
  }
}
#endif

/* How many places are taken next of those that are left, so that the last are not few. */
INLINE i32 places_next(i32 left) {
#if GROUP == 6
  return left == 7 || left == 8 ? 4 : left >= 6 ? 6 : left == 5 ? 3 : left;
#elif GROUP == 3
  return left == 4 ? 2 : left >= 3 ? 3 : left;
#else
  return left < GROUP ? left : GROUP;
#endif
}

/* Some outputs and terms of a convolution, whose weights stay in the second-level cache. */
typedef struct { i32 first, end, term, last; } weights_chunk;

/* A chunk at every place of one block; whether there is an index is a constant. */
INLINE void dense_block(const convolution_arguments *a, const weights_chunk *w, const char *x, char *y, i32 indexed, i32 rows, i32 vectors) {
  const i32 *offset = AT(const i32, a->offset), *index = AT(const i32, a->index);
  const f32 *weight = AT(const f32, a->weight), *bias = a->bias ? AT(const f32, a->bias) : 0;
  for (i32 row = 0; row < a->rows; row++) {
    for (i32 column = 0, places; column < a->columns; column += places) {
      const char *from = x + row * a->x_row + column * a->x_column;
      char *to = y + row * a->y_row + column * a->y_column;
      i32 term = w->term;
      places = places_next(a->columns - column);
      do {
        i32 terms = w->last - term < TERMS ? w->last - term : TERMS;
        dense_chunk c = {a, offset + term, indexed ? index + term : 0, indexed ? weight : weight + term,
                         term + terms == a->terms ? bias : 0, terms, term > 0 || a->accumulate, w->first, w->end};
        dense_group(&c, from, to, places, rows, vectors);
        term += TERMS;
      } while (term < w->last);
    }
  }
}

INLINE void dense_blocks(const convolution_arguments *a, const weights_chunk *w, span blocks, i32 indexed) {
  const char *x = AT(const char, a->x) + blocks.first * a->x_block;
  char *y = AT(char, a->y) + blocks.first * a->y_block;
  i32 quarters = quarters_in(a->quarters, blocks);
#if WIDE == 4
  for (; quarters >= 4; quarters -= 4) {
    dense_block(a, w, x, y, indexed, 2, 4);
    x += a->x_block;
    y += a->y_block;
  }
  if (quarters == 3) dense_block(a, w, x, y, indexed, 3, 3);
  if (quarters == 2) dense_block(a, w, x, y, indexed, 2, 2);
  if (quarters == 1) dense_block(a, w, x, y, indexed, 3, 1);
#else
  for (; quarters > 0; quarters -= 4) {
    dense_block(a, w, x, y, indexed, OUTPUTS, VECTORS);
    x += a->x_block;
    y += a->y_block;
  }
#endif
}

void op_convolution(const convolution_arguments *given, share s) {
  /* A column of places, such as an edge, is taken as a row: neighbours are computed together. */
  convolution_arguments turned = *given, *a = &turned;
  if (a->columns < GROUP && a->rows > a->columns) {
    a->rows = given->columns;
    a->columns = given->rows;
    a->x_row = given->x_column;
    a->x_column = given->x_row;
    a->y_row = given->y_column;
    a->y_column = given->y_row;
  }
  span blocks = blocks_of(a->quarters, s);
  i32 together = a->terms < CHUNK_TERMS ? a->terms : CHUNK_TERMS, chunk = together > 0 ? CHUNK / together / 12 * 12 : a->outputs;
  for (i32 first = 0; first < a->outputs; first += chunk) {
    weights_chunk w = {first, first + chunk < a->outputs ? first + chunk : a->outputs, 0, 0};
    do {
      w.last = a->terms - w.term < CHUNK_TERMS ? a->terms : w.term + CHUNK_TERMS;
      if (a->index) dense_blocks(a, &w, blocks, 1);
      else dense_blocks(a, &w, blocks, 0);
      w.term = w.last;
    } while (w.term < a->terms);
  }
}

/*
 * Weights in the order in which kernels read them: turned[o][t] = weight[index[t] + o across]. Of a dense class of places each output's
 * terms follow one another; the survivors of a sparse one are a single row.
 */
void op_turn_weights(const turn_weights_arguments *a, share s) {
  const f32 *weight = AT(const f32, a->weight);
  const i32 *index = AT(const i32, a->index);
  span mine = span_of(a->terms, s);
  f32 *turned = AT(f32, a->turned);
  for (i32 o = 0; o < a->outputs; o++) {
    for (i32 t = mine.first; t < mine.end; t++) turned[t] = weight[index[t] + o * a->across];
    turned += a->terms;
  }
}
