/* Pooling, addition, dropout and the borders of feature maps. */
#include "maps.h"
#include "operations.h"
#include "philox.h"

/* Runs `body` with `x` and `y` at every place of every channel of every block; `window` is the first value of its window. */
#define EACH_WINDOW(body)                                                                                                       \
  span mine = span_of(a->blocks, s);                                                                                           \
  for (i32 block = mine.first; block < mine.end; block++) {                                                                          \
    for (i32 c = 0; c < a->channels; c++) {                                                                                    \
      for (i32 row = 0; row < a->rows; row++) {                                                                                \
        for (i32 column = 0; column < a->columns; column++) {                                                                  \
          i32 window = block * a->x_block + c * a->x_channel + row * a->stride * a->x_row + column * a->stride * LANE_BYTES;   \
          i32 place = block * a->y_block + c * a->y_channel + row * a->y_row + column * LANE_BYTES;                            \
          body                                                                                                                 \
        }                                                                                                                      \
      }                                                                                                                        \
    }                                                                                                                          \
  }

/* A NaN in a window is its maximum, so that divergence is seen. */
INLINE fw larger(fw best, fw v) { return choose_wide((v > best) | (v != v), v, best); }

INLINE fw window_maximum(const char *x, i32 height, i32 width, i32 x_row) {
  fw best = VECTOR(x, 0);
  for (i32 i = 0; i < height; i++) {
    for (i32 j = 0; j < width; j++) best = larger(best, VECTOR(x + i * x_row + j * LANE_BYTES, 0));
  }
  return best;
}

void op_max_pool(const max_pool_arguments *a, share s) {
  const char *x = AT(const char, a->x);
  char *y = AT(char, a->y);
  EACH_WINDOW({
    for (i32 v = 0; v < VECTORS; v++) {
      store_wide((fw *)(y + place) + v, window_maximum(x + window + 4 * WIDE * v, a->height, a->width, a->x_row));
    }
  })
}

/* The gradient goes to the first of a window's largest values, rows before columns; dx must hold what it is added to. */
void op_max_pool_gradient(const max_pool_gradient_arguments *a, share s) {
  const char *x = AT(const char, a->x), *dy = AT(const char, a->y);
  char *dx = AT(char, a->dx);
  EACH_WINDOW({
    i32 target = block * a->dx_block + c * a->dx_channel + row * a->stride * a->dx_row + column * a->stride * LANE_BYTES;
    for (i32 k = 0; k < VECTORS; k++) {
      fw best = window_maximum(x + window + 4 * WIDE * k, a->height, a->width, a->x_row);
      iw g = (iw)VECTOR(dy + place, k);
      iw taken = g & 0;
      for (i32 i = 0; i < a->height; i++) {
        for (i32 j = 0; j < a->width; j++) {
          iw here = ~taken & (VECTOR(x + window + i * a->x_row + j * LANE_BYTES, k) == best);
          fw *to = (fw *)(dx + target + i * a->dx_row + j * LANE_BYTES) + k;
          *to += (fw)(g & here);
          taken |= here;
        }
      }
    }
  })
}

/* The mean: values are added rows before columns from +0, then multiplied by the reciprocal of their number. */
void op_average_pool(const average_pool_arguments *a, share s) {
  const char *x = AT(const char, a->x);
  char *y = AT(char, a->y);
  fw share_of_each = wide(1.0f / (f32)(a->height * a->width));
  EACH_WINDOW({
    for (i32 v = 0; v < VECTORS; v++) {
      fw sum = wide(0);
      for (i32 i = 0; i < a->height; i++) {
        for (i32 j = 0; j < a->width; j++) sum += VECTOR(x + window + i * a->x_row + j * LANE_BYTES, v);
      }
      store_wide((fw *)(y + place) + v, sum * share_of_each);
    }
  })
}

/* dx must hold what the gradient is added to. */
void op_average_pool_gradient(const average_pool_gradient_arguments *a, share s) {
  const char *dy = AT(const char, a->y);
  char *dx = AT(char, a->x);
  fw share_of_each = wide(1.0f / (f32)(a->height * a->width));
  EACH_WINDOW({
    for (i32 v = 0; v < VECTORS; v++) {
      fw g = VECTOR(dy + place, v) * share_of_each;
      for (i32 i = 0; i < a->height; i++) {
        for (i32 j = 0; j < a->width; j++) *((fw *)(dx + window + i * a->x_row + j * LANE_BYTES) + v) += g;
      }
    }
  })
}

/* y = a + b; b is 0 for a copy; with relu, the positive part. */
void op_add(const add_arguments *p, share s) {
  span mine = span_of(p->blocks, s);
  for (i32 block = mine.first; block < mine.end; block++) {
    for (i32 c = 0; c < p->channels; c++) {
      for (i32 row = 0; row < p->rows; row++) {
        const f32 *a = (const f32 *)(AT(const char, p->a) + block * p->a_block + c * p->a_channel + row * p->a_row);
        const f32 *b = (const f32 *)(AT(const char, p->b) + block * p->b_block + c * p->b_channel + row * p->b_row);
        f32 *y = (f32 *)(AT(char, p->y) + block * p->y_block + c * p->y_channel + row * p->y_row);
        if (p->b && p->relu) {
          for (i32 i = 0; i < p->columns * LANES; i += WIDE) store_wide(y + i, positive_part(load_wide(a + i) + load_wide(b + i)));
        } else if (p->b) {
          for (i32 i = 0; i < p->columns * LANES; i += WIDE) store_wide(y + i, load_wide(a + i) + load_wide(b + i));
        } else {
          for (i32 i = 0; i < p->columns * LANES; i += WIDE) store_wide(y + i, load_wide(a + i));
        }
      }
    }
  }
}

/*
 * In place: each value becomes +0 with probability threshold / 2^32 and is scaled otherwise. The four values of a quarter
 * take the four words of the stream's block whose number is the quarter's place, counted over blocks, channels, rows and
 * columns, and the iteration; so the gradient, which goes through the same operation, meets the same draws.
 */
void op_dropout(const dropout_arguments *a, share s) {
  span mine = span_of(a->blocks, s);
  u32 iteration = (u32)AT(const program_state, a->state)->iteration;
  u32 number = (u32)mine.first * (u32)(a->channels * a->rows * a->columns * 4);
  f4 scale = splat(a->scale);
  for (i32 block = mine.first; block < mine.end; block++) {
    for (i32 c = 0; c < a->channels; c++) {
      for (i32 row = 0; row < a->rows; row++) {
        f32 *y = (f32 *)(AT(char, a->y) + block * a->y_block + c * a->y_channel + row * a->y_row);
        for (i32 i = 0; i < a->columns * LANES; i += 4) {
          philox_block words = philox(number++, iteration, a->lane0, a->lane1, a->key0, a->key1);
          i4 keep;
          for (i32 k = 0; k < 4; k++) keep[k] = words.word[k] >= a->threshold ? -1 : 0;
          store(y + i, (f4)((i4)(load(y + i) * scale) & keep));
        }
      }
    }
  }
}

/* +0 everywhere. n counts floats, a multiple of four. */
void op_zero(const zero_arguments *a, share s) {
  f32 *y = AT(f32, a->y);
  span mine = floats_of(a->n, s);
  for (i32 i = mine.first; i < mine.end; i += 4) store(y + i, splat(0));
}

/* +0 in the borders of `planes` maps of rows x columns, from the first value of the first border. */
void op_zero_border(const zero_border_arguments *a, share s) {
  span mine = span_of(a->planes, s);
  i32 width = a->columns + 2 * a->border, height = a->rows + 2 * a->border, row = width * LANES;
  for (i32 plane = mine.first; plane < mine.end; plane++) {
    f32 *y = AT(f32, a->y) + plane * height * row;
    for (i32 i = 0; i < a->border * row; i += WIDE) {
      store_wide(y + i, wide(0));
      store_wide(y + (height - a->border) * row + i, wide(0));
    }
    for (i32 r = a->border; r < height - a->border; r++) {
      for (i32 i = 0; i < a->border * LANES; i += WIDE) {
        store_wide(y + r * row + i, wide(0));
        store_wide(y + (r + 1) * row - a->border * LANES + i, wide(0));
      }
    }
  }
}
