/*
 * Convolutions, forward and to their inputs, dense and in compressed rows, direct: no buffer of windows is built.
 *
 * A convolution is, for each place of the output, a sum over terms (input channel, kernel row, kernel column) of weight
 * times the vector at a tabulated offset. The border of zeros around a map is stored, so the sparse kernel ignores
 * edges; the dense one is called for the inside and for the edges separately, where the terms that would read the border are
 * omitted: adding their zeros changes no bit. The gradient to the input is the same operation on the gradient of the output, its terms being (output channel,
 * kernel row, kernel column); with a stride of s the places of the input fall into s x s classes, each with the terms that
 * reach it, and each an operation of its own.
 *
 * The order of summation, dense or sparse: from +0, one term at a time in the order just given, the bias last. Where the
 * input's gradient has several parts, each continues from the sum of those before it (with +0 added, so that the sign of a zero
 * does not depend on how many terms follow).
 *
 * Loops of the dense kernel: chunks of outputs whose weights stay in the second-level cache; blocks; rows; groups of
 * neighbouring places; chunks of terms, so that the windows of a group stay in the first-level cache, the sums waiting in the
 * output in between; outputs, whose few weights of a chunk stay there too; places. None of it changes an order of summation.
 */
#include "gradients.h"
#include "operations.h"
#include "wide.h"

/* Weights of a chunk of outputs: 256 KiB. */
#define CHUNK 65536
/* Terms of a chunk, and places of a group. */
#define TERMS 144
#if WIDE == 4
#define GROUP 4
#else
#define GROUP 8
#endif

/*
 * Outputs and neighbouring places whose sums are computed together: eight vectors of sums in WebAssembly, where a place is four
 * of them, and as many as the registers hold elsewhere.
 */
#if WIDE == 16
#define OUTPUTS 4
#define PLACES 4
#elif WIDE == 8
#define OUTPUTS 2
#define PLACES 2
#else
#define OUTPUTS 2
#define PLACES 1
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
  const convolution_arguments *a = c->a;
  for (; places >= PLACES; places -= PLACES) {
    dense_places(c, x, y, rows, PLACES, vectors);
    x += PLACES * a->x_column;
    y += PLACES * a->y_column;
  }
#if PLACES > 2
  if (places == 3) dense_places(c, x, y, rows, 3, vectors);
  if (places == 2) dense_places(c, x, y, rows, 2, vectors);
#endif
  if (places == 1) dense_places(c, x, y, 2 * rows, 1, vectors);
}
#endif

/* Outputs from `first` to `end` at every place of one block; whether there is an index is a constant. */
INLINE void dense_block(const convolution_arguments *a, const char *x, char *y, i32 first, i32 end, i32 indexed, i32 rows, i32 vectors) {
  const i32 *offset = AT(const i32, a->offset), *index = AT(const i32, a->index);
  const f32 *weight = AT(const f32, a->weight), *bias = a->bias ? AT(const f32, a->bias) : 0;
  for (i32 row = 0; row < a->rows; row++) {
    for (i32 column = 0; column < a->columns; column += GROUP) {
      i32 places = a->columns - column < GROUP ? a->columns - column : GROUP, term = 0;
      do {
        i32 terms = a->terms - term < TERMS ? a->terms - term : TERMS;
        dense_chunk c = {a, offset + term, indexed ? index + term : 0, indexed ? weight : weight + term,
                         term + terms == a->terms ? bias : 0, terms, term > 0 || a->accumulate, first, end};
        dense_group(&c, x + row * a->x_row + column * a->x_column, y + row * a->y_row + column * a->y_column, places, rows, vectors);
        term += TERMS;
      } while (term < a->terms);
    }
  }
}

INLINE void dense_blocks(const convolution_arguments *a, span blocks, i32 first, i32 end, i32 indexed) {
  const char *x = AT(const char, a->x) + blocks.first * a->x_block;
  char *y = AT(char, a->y) + blocks.first * a->y_block;
  i32 quarters = quarters_in(a->quarters, blocks);
#if WIDE == 4
  for (; quarters >= 4; quarters -= 4) {
    dense_block(a, x, y, first, end, indexed, 2, 4);
    x += a->x_block;
    y += a->y_block;
  }
  if (quarters == 3) dense_block(a, x, y, first, end, indexed, 3, 3);
  if (quarters == 2) dense_block(a, x, y, first, end, indexed, 2, 2);
  if (quarters == 1) dense_block(a, x, y, first, end, indexed, 3, 1);
#else
  for (; quarters > 0; quarters -= 4) {
    dense_block(a, x, y, first, end, indexed, OUTPUTS, VECTORS);
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
  i32 chunk = a->terms > 0 ? CHUNK / a->terms / 12 * 12 : a->outputs;
  if (chunk < 12) chunk = 12;
  for (i32 first = 0; first < a->outputs; first += chunk) {
    i32 end = first + chunk < a->outputs ? first + chunk : a->outputs;
    if (a->index) dense_blocks(a, blocks_of(a->quarters, s), first, end, 1);
    else dense_blocks(a, blocks_of(a->quarters, s), first, end, 0);
  }
}

/* The weights of a class of places, transposed to output by output as the kernel above reads them: turned[o][t] = weight[index[t] + o across]. */
void op_turn_weights(const turn_weights_arguments *a, share s) {
  const f32 *weight = AT(const f32, a->weight);
  const i32 *index = AT(const i32, a->index);
  span mine = span_of(a->outputs, s);
  f32 *turned = AT(f32, a->turned) + mine.first * a->terms;
  for (i32 o = mine.first; o < mine.end; o++) {
    for (i32 t = 0; t < a->terms; t++) turned[t] = weight[index[t] + o * a->across];
    turned += a->terms;
  }
}

/* Vectors of sums that share each weight and offset read, over neighbouring places of one output. */
#define SPARSE_VECTORS 8

/* One output at `places` neighbouring places for `vectors` vectors (constants). */
INLINE void sparse_tile(
    const char *x, i32 x_column, const i32 *offset, const i32 *place, const f32 *value, i32 count, const f32 *bias, i32 accumulate,
    char *y, i32 y_column, i32 places, i32 vectors) {
  fw sum[SPARSE_VECTORS];
  UNROLL for (i32 v = 0; v < places * vectors; v++) {
    sum[v] = accumulate ? VECTOR(y + v / vectors * y_column, v % vectors) + wide(0) : wide(0);
  }
#ifdef __clang__
#pragma clang loop unroll(disable)
#endif
  for (i32 k = 0; k < count; k++) {
    fw w = wide(place ? value[place[k]] : value[k]);
    const char *at = x + offset[k];
    UNROLL for (i32 v = 0; v < places * vectors; v++) sum[v] += w * VECTOR(at + v / vectors * x_column, v % vectors);
  }
  UNROLL for (i32 v = 0; v < places * vectors; v++) {
    store_wide((fw *)(y + v / vectors * y_column) + v % vectors, bias ? sum[v] + wide(*bias) : sum[v]);
  }
}

/* All outputs at `places` neighbouring places (a constant). */
INLINE void sparse_places(const sparse_convolution_arguments *a, const char *x, char *y, i32 places, i32 vectors) {
  const i32 *rows = AT(const i32, a->row_starts), *offset = AT(const i32, a->offset);
  const i32 *place = a->place ? AT(const i32, a->place) : 0;
  const f32 *value = AT(const f32, a->value), *bias = a->bias ? AT(const f32, a->bias) : 0;
  for (i32 o = 0; o < a->outputs; o++) {
    i32 k = rows[o];
    sparse_tile(x, a->x_column, offset + k, place ? place + k : 0, place ? value : value + k, rows[o + 1] - k, bias ? bias + o : 0,
                a->accumulate, y + o * a->y_channel, a->y_column, places, vectors);
  }
}

INLINE void sparse_block(const sparse_convolution_arguments *a, const char *x, char *y, i32 vectors) {
  for (i32 row = 0; row < a->rows; row++) {
    const char *from = x + row * a->x_row;
    char *to = y + row * a->y_row;
    i32 left = a->columns;
#define SOME(places)                                                  \
  for (; left >= (places); left -= (places)) {                        \
    sparse_places(a, from, to, places, vectors);                      \
    from += (places) * a->x_column;                                   \
    to += (places) * a->y_column;                                     \
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
