/*
 * Optimisers, over dense weights or over surviving weights alone: they see a flat array either way.
 *
 * Moments that decay towards zero would sink into subnormal numbers, which are slow on some processors: what falls below
 * 2^-100 in magnitude becomes zero, on every target. Adam squares gradients, so it takes one below 2^-50 for zero.
 */
#include "mathematics.h"
#include "operations.h"
#include "wide.h"

#define STATE_FLOOR 0x1p-100f
#define GRADIENT_FLOOR 0x1p-50f

INLINE fw flush(fw value, f32 floor) {
  fw size = (fw)((iw)value & 0x7fffffff);
  return choose_wide(size < wide(floor), wide(0), value);
}

/* What lies past the n-th float up to the next multiple of sixteen is room that holds zeros, and stays so. */
#define EACH                      \
  span mine = floats_of(a->n, s); \
  for (i32 i = mine.first; i < mine.end; i += WIDE)

void op_mask_gradient(const mask_gradient_arguments *a, share s) {
  f32 *gradient = AT(f32, a->gradient);
  const f32 *mask = AT(const f32, a->mask);
  EACH store_wide(gradient + i, (fw)((iw)load_wide(gradient + i) & (iw)load_wide(mask + i)));
}

void op_decay_survivors(const decay_survivors_arguments *a, share s) {
  f32 *gradient = AT(f32, a->gradient);
  const f32 *weight = AT(const f32, a->weight), *mask = AT(const f32, a->mask);
  fw decay = wide(a->decay);
  EACH {
    fw g = load_wide(gradient + i);
    store_wide(gradient + i, choose_wide((iw)load_wide(mask + i), g + decay * load_wide(weight + i), g));
  }
}

/* The update of Sutskever et al. 2013 as PyTorch writes it: v = momentum v + g; w -= lr v, or lr (g + momentum v). */
void op_sgd(const sgd_arguments *a, share s) {
  f32 *w = AT(f32, a->weight);
  const f32 *gradient = AT(const f32, a->gradient);
  f32 *velocity = AT(f32, a->velocity);
  fw lr = wide(AT(const f32, a->rates)[AT(const program_state, a->state)->iteration]), momentum = wide(a->momentum), decay = wide(a->decay);
  EACH {
    fw weight = load_wide(w + i), g = load_wide(gradient + i);
    if (a->decay != 0) g = g + decay * weight;
    if (a->velocity) {
      fw v = flush(momentum * load_wide(velocity + i) + g, STATE_FLOOR);
      store_wide(velocity + i, v);
      g = a->nesterov ? g + momentum * v : v;
    }
    store_wide(w + i, weight - lr * g);
  }
}

void op_adam(const adam_arguments *a, share s) {
  const program_state *state = AT(const program_state, a->state);
  u32 clock = (u32)state->clock + 1;
  f64 correction1 = 1.0 - whole_power((f64)a->beta1, clock);
  f64 correction2 = 1.0 - whole_power((f64)a->beta2, clock);
  fw step = wide((f32)((f64)AT(const f32, a->rates)[state->iteration] / correction1));
  fw scale = wide((f32)(1.0 / __builtin_sqrt(correction2)));
  fw beta1 = wide(a->beta1), beta2 = wide(a->beta2), rest1 = wide(1.0f - a->beta1), rest2 = wide(1.0f - a->beta2);
  fw epsilon = wide(a->epsilon), decay = wide(a->decay);
  f32 *w = AT(f32, a->weight), *first = AT(f32, a->first), *second = AT(f32, a->second);
  const f32 *gradient = AT(const f32, a->gradient);
  i32 decays = a->decay != 0;
  fw floor = wide(STATE_FLOOR);
  EACH {
    fw weight = load_wide(w + i), g = load_wide(gradient + i);
    if (decays) g = g + decay * weight;
    g = flush(g, GRADIENT_FLOOR);
    fw m = flush(beta1 * load_wide(first + i) + rest1 * g, STATE_FLOOR);
    fw v = beta2 * load_wide(second + i) + rest2 * (g * g);
    v = choose_wide(v < floor, wide(0), v);
    store_wide(first + i, m);
    store_wide(second + i, v);
    fw root;
    for (i32 k = 0; k < WIDE; k++) root[k] = __builtin_sqrtf(v[k]);
    store_wide(w + i, weight - step * (m / (root * scale + epsilon)));
  }
}

/* Gradients are clipped by the norm over all of them (Pascanu et al. 2013): squares are summed in double precision. */
void op_begin_norm(const begin_norm_arguments *a, share s) {
  if (s.part == 0) AT(program_state, a->state)->norm = 0;
}

void op_add_norm(const add_norm_arguments *a, share s) {
  if (s.part > 0) return;
  const f32 *gradient = AT(const f32, a->gradient);
  f64 sum = 0;
  for (i32 i = 0; i < a->n; i++) sum += (f64)gradient[i] * (f64)gradient[i];
  AT(program_state, a->state)->norm += sum;
}

void op_clip(const clip_arguments *a, share s) {
  f64 norm = __builtin_sqrt(AT(const program_state, a->state)->norm);
  if (!(norm > (f64)a->limit)) return;
  f32 *gradient = AT(f32, a->gradient);
  fw factor = wide((f32)((f64)a->limit / norm));
  EACH store_wide(gradient + i, load_wide(gradient + i) * factor);
}
