/* Non-linearities, their gradients, and the loss. */
#include "maps.h"
#include "mathematics.h"
#include "operations.h"

/* Blocks of sixteen floats: n is a multiple of that, since it counts whole lane blocks. */
#define EACH(width)                     \
  span mine = floats_of(a->n, s);       \
  for (i32 i = mine.first; i < mine.end; i += (width))

void op_relu(const relu_arguments *a, share s) {
  f32 *y = AT(f32, a->y);
  EACH(WIDE) store_wide(y + i, positive_part(load_wide(y + i)));
}

void op_relu_gradient(const relu_gradient_arguments *a, share s) {
  const f32 *y = AT(const f32, a->y);
  f32 *dy = AT(f32, a->dy);
  EACH(WIDE) store_wide(dy + i, choose_wide(load_wide(y + i) <= wide(0), wide(0), load_wide(dy + i)));
}

void op_tanh(const tanh_arguments *a, share s) {
  f32 *y = AT(f32, a->y);
  EACH(4) store(y + i, tanh4(load(y + i)));
}

void op_tanh_gradient(const tanh_gradient_arguments *a, share s) {
  const f32 *y = AT(const f32, a->y);
  f32 *dy = AT(f32, a->dy);
  EACH(WIDE) {
    fw v = load_wide(y + i);
    store_wide(dy + i, load_wide(dy + i) * (wide(1.0f) - v * v));
  }
}

void op_sigmoid(const sigmoid_arguments *a, share s) {
  f32 *y = AT(f32, a->y);
  EACH(4) store(y + i, sigmoid4(load(y + i)));
}

void op_sigmoid_gradient(const sigmoid_gradient_arguments *a, share s) {
  const f32 *y = AT(const f32, a->y);
  f32 *dy = AT(f32, a->dy);
  EACH(WIDE) {
    fw v = load_wide(y + i);
    store_wide(dy + i, load_wide(dy + i) * (v * (wide(1.0f) - v)));
  }
}

/* The class of an example: a byte, or 16 bits where there are more than 256 classes. */
INLINE i32 class_of(const cross_entropy_arguments *a, i32 example) {
  return a->wide_labels ? AT(const unsigned short, a->labels)[example] : AT(const u8, a->labels)[example];
}

/*
 * Sums over classes run in ascending order from +0, in each lane. The batch's loss is summed in double precision over
 * examples in ascending order, so it does not depend on how a set is cut into batches. An example counts as correct when
 * its label's logit is the largest, the lowest class winning ties.
 */
void op_cross_entropy(const cross_entropy_arguments *a, share s) {
  if (s.part > 0) return;
  program_state *state = AT(program_state, a->state);
  const i32 *indices = AT(const i32, a->indices) + state->cursor;
  i32 classes = a->classes, live = state->live;
  f32 share = 1.0f / (f32)live;
  for (i32 block = 0; block < a->blocks; block++) {
    for (i32 quarter = 0; quarter < 4; quarter++) {
      const f32 *logit = AT(const f32, a->logits) + block * classes * LANES + quarter * 4;
      i32 first = block * LANES + quarter * 4;
      f4 largest = load(logit);
      for (i32 c = 1; c < classes; c++) {
        f4 v = load(logit + c * LANES);
        largest = choose(v > largest, v, largest);
      }
      f4 total = splat(0);
      for (i32 c = 0; c < classes; c++) total += exp4(load(logit + c * LANES) - largest);
      if (a->dy) {
        f32 *dy = AT(f32, a->dy) + block * classes * LANES + quarter * 4;
        i4 label = splat_bits(-1), alive = splat_bits(0);
        for (i32 k = 0; k < 4; k++) {
          if (first + k < live) {
            label[k] = class_of(a, indices[first + k]);
            alive[k] = -1;
          }
        }
        f4 reciprocal = splat(1.0f) / total;
        f4 other = splat(a->smoothing / (f32)classes), own = splat(1.0f - a->smoothing + a->smoothing / (f32)classes);
        for (i32 c = 0; c < classes; c++) {
          f4 p = exp4(load(logit + c * LANES) - largest) * reciprocal;
          f4 hit = choose(label == splat_bits(c), own, other);
          store(dy + c * LANES, (f4)((i4)((p - hit) * splat(share)) & alive));
        }
      }
      for (i32 k = 0; k < 4 && first + k < live; k++) {
        i32 label = class_of(a, indices[first + k]), best = 0;
        f32 own = logit[label * LANES + k], top = logit[k];
        for (i32 c = 1; c < classes; c++) {
          if (logit[c * LANES + k] > top) {
            top = logit[c * LANES + k];
            best = c;
          }
        }
        f64 sum = (f64)total[k];
        /* A NaN or an overflow anywhere in the row makes the sum NaN, and the loss must say so. */
        f64 loss = sum == sum ? natural_log(sum) - ((f64)own - (f64)largest[k]) : sum;
        state->loss += loss;
        state->correct += best == label;
      }
    }
  }
}
