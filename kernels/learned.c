/*
 * Learned masks: the weights are frozen, and each has a score. Each step chooses weights from the frozen values by their
 * scores, and turns the gradient of the chosen weights into that of the scores (straight-through estimator).
 *
 * A score that is NaN makes its weight NaN too, so that divergence is seen.
 */
#include "mathematics.h"
#include "operations.h"
#include "philox.h"
#include "wide.h"

/* What lies past the n-th float up to the next multiple of sixteen is room that holds zeros, and stays so. */
#define EACH(width)               \
  span mine = floats_of(a->n, s); \
  for (i32 i = mine.first; i < mine.end; i += (width))

/*
 * Zhou et al. 2019, section 5: weight i survives this step with probability sigmoid(score). Of sixteen weights, 16 b + 4 k + j
 * takes word k of block 4 b + j of the stream, so that four blocks come out as they are needed.
 */
void op_supermask_draw(const supermask_draw_arguments *a, share s) {
  u32 iteration = (u32)AT(const program_state, a->state)->iteration;
  const f32 *score = AT(const f32, a->score), *frozen = AT(const f32, a->frozen);
  f32 *weight = AT(f32, a->weight);
  EACH(LANES) {
    u32 block = (u32)i >> 2;
    u4 words[4];
    philox_four((u4){block, block + 1, block + 2, block + 3}, iteration, a->lane0, a->lane1, a->key0, a->key1, words);
    for (i32 k = 0; k < 4; k++) {
      f4 m = load(score + i + 4 * k);
      i4 keep = uniform_of_four(words[k]) < sigmoid4(m);
      store(weight + i + 4 * k, choose(m == m, (f4)((i4)load(frozen + i + 4 * k) & keep), m));
    }
  }
}

/* The mask for evaluation: weights that survive more often than not. */
void op_supermask_choose(const supermask_choose_arguments *a, share s) {
  const f32 *score = AT(const f32, a->score), *frozen = AT(const f32, a->frozen);
  f32 *weight = AT(f32, a->weight);
  EACH(WIDE) {
    fw m = load_wide(score + i);
    store_wide(weight + i, choose_wide(m == m, (fw)((iw)load_wide(frozen + i) & (m > wide(0))), m));
  }
}

/* dL/dm = (dL/dw w) (p (1 - p)), w the frozen value and p = sigmoid(m), whether the weight was kept or not. */
void op_supermask_gradient(const supermask_gradient_arguments *a, share s) {
  const f32 *score = AT(const f32, a->score), *frozen = AT(const f32, a->frozen);
  f32 *gradient = AT(f32, a->gradient);
  EACH(4) {
    f4 p = sigmoid4(load(score + i));
    store(gradient + i, (load(gradient + i) * load(frozen + i)) * (p * (splat(1.0f) - p)));
  }
}

/*
 * Which scores survive, and room for the counts of a pass: those whose magnitude, read as a whole number, lies above
 * `threshold`, and from place `from` on those equal to it.
 */
typedef struct {
  i32 threshold, from;
  i32 count[2048];
} selection;

#define MAGNITUDE_BITS 0x7fffffff

/* Counts the `bits` bits above the lowest `shift` of each magnitude that begins with `prefix`. */
static void count_magnitudes(const i32 *score, i32 n, i32 *count, i32 prefix, i32 shift, i32 bits) {
  i32 bins = 1 << bits;
  for (i32 bin = 0; bin < bins; bin++) count[bin] = 0;
  for (i32 i = 0; i < n; i++) {
    i32 size = (score[i] & MAGNITUDE_BITS) >> shift;
    if (size >> bits == prefix) count[size & (bins - 1)]++;
  }
}

/* The bin that holds the smallest of the `*wanted` largest; leaves in *wanted how many of that bin are among them. */
static i32 last_bin(const i32 *count, i32 bits, i32 *wanted) {
  i32 bin = (1 << bits) - 1;
  for (; count[bin] < *wanted; bin--) *wanted -= count[bin];
  return bin;
}

/*
 * The `keep` largest of n magnitudes. Floats that are at least zero are in the order of their bits, so the threshold
 * is found eleven, ten and ten bits at a time. Of equal ones the first are pruned first.
 */
void op_popup_select(const popup_select_arguments *a, share s) {
  if (s.part > 0) return;
  const i32 *score = AT(const i32, a->score);
  selection *result = AT(selection, a->selection);
  if (a->keep == 0) {
    result->threshold = MAGNITUDE_BITS;
    result->from = a->n;
    return;
  }
  i32 *count = result->count, wanted = a->keep, threshold = 0;
  for (i32 shift = 20, bits = 11; shift >= 0; shift -= 10, bits = 10) {
    count_magnitudes(score, a->n, count, threshold, shift, bits);
    threshold = threshold << bits | last_bin(count, bits, &wanted);
  }
  i32 pruned = count[threshold & 1023] - wanted, from = 0;
  for (; pruned > 0; from++) pruned -= (score[from] & MAGNITUDE_BITS) == threshold;
  result->threshold = threshold;
  result->from = from;
}

static const i32 lanes[16] __attribute__((aligned(64))) = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

void op_popup_choose(const popup_choose_arguments *a, share s) {
  const f32 *score = AT(const f32, a->score), *frozen = AT(const f32, a->frozen);
  f32 *weight = AT(f32, a->weight);
  const selection *result = AT(const selection, a->selection);
  i32 threshold = result->threshold, from = result->from;
  iw lane = (iw)load_wide(lanes);
  EACH(WIDE) {
    fw score_here = load_wide(score + i);
    iw size = (iw)score_here & MAGNITUDE_BITS;
    iw keep = (size > threshold) | ((size == threshold) & (lane + i >= from));
    store_wide(weight + i, choose_wide(score_here == score_here, (fw)((iw)load_wide(frozen + i) & keep), score_here));
  }
}

/* dL/ds = dL/dw w sign(s): straight through the choice, and through the magnitude by which it is made; the sign of 0 is its bit. */
void op_popup_gradient(const popup_gradient_arguments *a, share s) {
  const f32 *score = AT(const f32, a->score), *frozen = AT(const f32, a->frozen);
  f32 *gradient = AT(f32, a->gradient);
  EACH(WIDE) {
    iw sign = (iw)load_wide(score + i) & (i32)0x80000000;
    store_wide(gradient + i, (fw)((iw)(load_wide(gradient + i) * load_wide(frozen + i)) ^ sign));
  }
}
