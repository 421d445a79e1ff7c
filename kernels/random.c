/* Random numbers: streams of words, uniform and normal numbers, and the order of examples. */
#include "mathematics.h"
#include "operations.h"
#include "philox.h"

EXPORT(fill_words) void fill_words(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1) {
  philox_stream s = {key0, key1, lane0, lane1};
  u32 *to = AT(u32, out);
  for (i32 i = 0; i < count; i += 4) {
    philox_block block = stream_block(s, (u64)(i >> 2));
    for (i32 k = 0; k < 4 && i + k < count; k++) to[i + k] = block.word[k];
  }
}

EXPORT(fill_uniform) void fill_uniform(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1) {
  philox_stream s = {key0, key1, lane0, lane1};
  f32 *to = AT(f32, out);
  for (i32 i = 0; i < count; i += 4) {
    philox_block block = stream_block(s, (u64)(i >> 2));
    for (i32 k = 0; k < 4 && i + k < count; k++) to[i + k] = uniform_of(block.word[k]);
  }
}

/* Standard normal by Box and Muller (1958): words 0 and 1 of a block make two, words 2 and 3 the next two. */
EXPORT(fill_normal) void fill_normal(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1) {
  philox_stream s = {key0, key1, lane0, lane1};
  f32 *to = AT(f32, out);
  for (i32 i = 0; i < count; i += 4) {
    philox_block block = stream_block(s, (u64)(i >> 2));
    f32 value[4];
    for (i32 pair = 0; pair < 2; pair++) {
      f64 radius = __builtin_sqrt(-2.0 * natural_log(((f64)block.word[2 * pair] + 1.0) * 0x1p-32));
      f64 cosine, sine;
      cosine_sine_turns((f64)block.word[2 * pair + 1] * 0x1p-32, &cosine, &sine);
      value[2 * pair] = (f32)(radius * cosine);
      value[2 * pair + 1] = (f32)(radius * sine);
    }
    for (i32 k = 0; k < 4 && i + k < count; k++) to[i + k] = value[k];
  }
}

/* Lemire's unbiased whole number below `bound`, reading words from where *position stands. */
static u32 below(philox_stream s, u64 *position, philox_block *block, u32 bound) {
  u32 threshold = (u32)(0x100000000ULL % bound);
  for (;;) {
    if ((*position & 3) == 0) *block = stream_block(s, *position >> 2);
    u64 product = (u64)block->word[*position & 3] * bound;
    *position += 1;
    if ((u32)product >= threshold) return (u32)(product >> 32);
  }
}

/* Fisher and Yates from the last place down, as `shuffle` in src/random/stream.ts. */
static void shuffle(i32 *values, i32 count, philox_stream s) {
  u64 position = 0;
  philox_block block;
  for (i32 last = count - 1; last > 0; last--) {
    i32 other = (i32)below(s, &position, &block, (u32)(last + 1));
    i32 kept = values[last];
    values[last] = values[other];
    values[other] = kept;
  }
}

/*
 * Each epoch is a fresh permutation of the training set, cut into whole batches; the remainder that fills no batch is
 * left out of that epoch. The permutation depends on the stream and the epoch alone, so training can resume at any iteration.
 */
void op_order(const order_arguments *a, share s) {
  if (s.part > 0) return;
  program_state *state = AT(program_state, a->state);
  i32 per_epoch = a->count / a->batch;
  i32 epoch = state->iteration / per_epoch;
  if (state->epoch != epoch) {
    const i32 *source = AT(const i32, a->source);
    i32 *indices = AT(i32, a->indices);
    for (i32 i = 0; i < a->count; i++) indices[i] = source[i];
    shuffle(indices, a->count, (philox_stream){a->key0, a->key1, a->lane0, (u32)epoch});
    state->epoch = epoch;
  }
  state->cursor = (state->iteration - epoch * per_epoch) * a->batch;
  state->live = a->batch;
}

void op_range(const range_arguments *a, share s) {
  if (s.part > 0) return;
  program_state *state = AT(program_state, a->state);
  i32 cursor = state->iteration * a->batch;
  i32 left = a->count - cursor;
  state->cursor = cursor;
  state->live = left < a->batch ? left : a->batch;
}

void op_advance(const advance_arguments *a, share s) {
  if (s.part > 0) return;
  program_state *state = AT(program_state, a->state);
  state->iteration += 1;
  state->clock += 1;
}
