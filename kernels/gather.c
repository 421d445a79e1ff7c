/* From images to normalised lane blocks: bytes by a transposition of sixteen images at a time. */
#include "operations.h"
#include "philox.h"

typedef u8 b16 __attribute__((vector_size(16)));

#define LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)

/*
 * Transposes sixteen rows of sixteen bytes: interleaving row i with row i + 8 four times over brings byte j of row i to
 * byte i of row j.
 */
INLINE void transpose(const b16 from[16], b16 to[16]) {
  b16 a[16];
  for (i32 i = 0; i < 8; i++) { a[2 * i] = LOW(from[i], from[i + 8]); a[2 * i + 1] = HIGH(from[i], from[i + 8]); }
  b16 b[16];
  for (i32 i = 0; i < 8; i++) { b[2 * i] = LOW(a[i], a[i + 8]); b[2 * i + 1] = HIGH(a[i], a[i + 8]); }
  for (i32 i = 0; i < 8; i++) { a[2 * i] = LOW(b[i], b[i + 8]); a[2 * i + 1] = HIGH(b[i], b[i + 8]); }
  for (i32 i = 0; i < 8; i++) { to[2 * i] = LOW(a[i], a[i + 8]); to[2 * i + 1] = HIGH(a[i], a[i + 8]); }
}

/* Sixteen bytes, one a lane, as normalised floats. */
INLINE void widen(b16 bytes, f4 scale, f4 shift, f32 *to) {
  b16 zero = {0};
  b16 low = LOW(bytes, zero), high = HIGH(bytes, zero);
  typedef unsigned short h8 __attribute__((vector_size(16)));
  h8 none = {0};
  h8 l = (h8)low, h = (h8)high;
  u4 q0 = (u4)__builtin_shufflevector(l, none, 0, 8, 1, 9, 2, 10, 3, 11);
  u4 q1 = (u4)__builtin_shufflevector(l, none, 4, 12, 5, 13, 6, 14, 7, 15);
  u4 q2 = (u4)__builtin_shufflevector(h, none, 0, 8, 1, 9, 2, 10, 3, 11);
  u4 q3 = (u4)__builtin_shufflevector(h, none, 4, 12, 5, 13, 6, 14, 7, 15);
  store(to, __builtin_convertvector((i4)q0, f4) * scale + shift);
  store(to + 4, __builtin_convertvector((i4)q1, f4) * scale + shift);
  store(to + 8, __builtin_convertvector((i4)q2, f4) * scale + shift);
  store(to + 12, __builtin_convertvector((i4)q3, f4) * scale + shift);
}

/* One block of images of floats, from the places of their first pixels. */
INLINE void gather_floats(const gather_arguments *a, const u64 first[LANES], f32 *y) {
  const f32 *images = AT(const f32, a->images);
  const f32 *scale = AT(const f32, a->scale), *shift = AT(const f32, a->shift);
  for (i32 channel = 0; channel < a->channels; channel++) {
    f32 s = scale[channel], t = shift[channel];
    for (i32 pixel = channel * a->pixels; pixel < (channel + 1) * a->pixels; pixel++) {
      for (i32 lane = 0; lane < LANES; lane++) y[pixel * LANES + lane] = images[first[lane] + (u64)pixel] * s + t;
    }
  }
}

/* Lanes past the live examples repeat the batch's first image: finite values that carry no loss. */
void op_gather(const gather_arguments *a, share s) {
  span mine = span_of(a->blocks, s);
  const program_state *state = AT(const program_state, a->state);
  const u8 *images = AT(const u8, a->images);
  const i32 *indices = AT(const i32, a->indices) + state->cursor;
  const f32 *scale = AT(const f32, a->scale), *shift = AT(const f32, a->shift);
  i32 features = a->channels * a->pixels;
  for (i32 block = mine.first; block < mine.end; block++) {
    const u8 *image[LANES];
    u64 place[LANES];
    for (i32 lane = 0; lane < LANES; lane++) {
      i32 example = block * LANES + lane;
      place[lane] = (u64)indices[example < state->live ? example : 0] * (u64)features;
      image[lane] = images + place[lane];
    }
    f32 *y = AT(f32, a->y) + (u64)block * (u64)features * LANES;
    if (a->floats) {
      gather_floats(a, place, y);
      continue;
    }
    for (i32 channel = 0; channel < a->channels; channel++) {
      f32 s = scale[channel], t = shift[channel];
      i32 first = channel * a->pixels, pixel = 0;
      for (; pixel + 16 <= a->pixels; pixel += 16) {
        b16 rows[16], columns[16];
        for (i32 lane = 0; lane < LANES; lane++) __builtin_memcpy(&rows[lane], image[lane] + first + pixel, 16);
        transpose(rows, columns);
        for (i32 k = 0; k < 16; k++) widen(columns[k], splat(s), splat(t), y + (first + pixel + k) * LANES);
      }
      for (; pixel < a->pixels; pixel++) {
        for (i32 lane = 0; lane < LANES; lane++) {
          y[(first + pixel) * LANES + lane] = (f32)image[lane][first + pixel] * s + t;
        }
      }
    }
  }
}

/*
 * An image's draws are the words of one block of the stream: its place in the batch is the block's number, the iteration
 * the stream's second lane. Word 0 gives the shift of rows, word 1 that of columns, each below 2 padding + 1; bit 0 of word
 * 2 the flip. src/kernels/augmentation.test.ts has the same as plain code.
 */
void op_gather_maps(const gather_maps_arguments *a, share s) {
  span mine = span_of(a->blocks, s);
  const program_state *state = AT(const program_state, a->state);
  const i32 *indices = AT(const i32, a->indices) + state->cursor;
  const f32 *scale = AT(const f32, a->scale), *shift = AT(const f32, a->shift);
  i32 rows = a->rows, columns = a->columns, pixels = rows * columns, augment = a->padding > 0 || a->flip;
  philox_stream stream = {a->key0, a->key1, a->lane0, (u32)state->iteration};
  for (i32 block = mine.first; block < mine.end; block++) {
    for (i32 lane = 0; lane < LANES; lane++) {
      i32 example = block * LANES + lane;
      if (example >= state->live) example = 0;
      u64 first = (u64)indices[example] * (u64)(a->channels * pixels);
      const u8 *bytes = AT(const u8, a->images) + first;
      const f32 *floats = AT(const f32, a->images) + first;
      i32 down = 0, right = 0, mirror = 0;
      if (augment) {
        philox_block words = stream_block(stream, (u64)example);
        u32 places = 2 * (u32)a->padding + 1;
        down = (i32)(((u64)words.word[0] * places) >> 32) - a->padding;
        right = (i32)(((u64)words.word[1] * places) >> 32) - a->padding;
        mirror = a->flip && (words.word[2] & 1);
      }
      for (i32 c = 0; c < a->channels; c++) {
        f32 s = scale[c], t = shift[c];
        for (i32 row = 0; row < rows; row++) {
          f32 *to = (f32 *)(AT(char, a->y) + block * a->y_block + c * a->y_channel + row * a->y_row) + lane;
          i32 from_row = row + down;
          i32 outside = from_row < 0 || from_row >= rows;
          i32 from = c * pixels + from_row * columns;
          for (i32 column = 0; column < columns; column++) {
            i32 from_column = (mirror ? columns - 1 - column : column) + right;
            i32 at = from + from_column;
            f32 pixel = 0;
            if (!outside && from_column >= 0 && from_column < columns) pixel = a->floats ? floats[at] : (f32)bytes[at];
            to[column * LANES] = pixel * s + t;
          }
        }
      }
    }
  }
}
