/*
 * Optimisers, over dense weights or over surviving weights alone: they see a flat array either way.
 *
 * Moments that decay towards zero would sink into subnormal numbers, which are slow on some processors: what falls below
 * 2^-100 in magnitude becomes zero, on every target. Adam squares gradients, so it takes one below 2^-50 for zero.
 */
#include "mathematics.h"
#include "operations.h"

#define STATE_FLOOR 0x1p-100f
#define GRADIENT_FLOOR 0x1p-50f

INLINE f4 flush(f4 value, f32 floor) { return choose(magnitude(value) < splat(floor), splat(0), value); }

void op_mask_gradient(const mask_gradient_arguments *a) {
  f32 *gradient = AT(f32, a->gradient);
  const f32 *mask = AT(const f32, a->mask);
  for (i32 i = 0; i < a->n; i += 4) store(gradient + i, (f4)((i4)load(gradient + i) & (i4)load(mask + i)));
}

/* The update of Sutskever et al. 2013 as PyTorch writes it: v = momentum v + g; w -= lr v, or lr (g + momentum v). */
void op_sgd(const sgd_arguments *a) {
  f32 *w = AT(f32, a->weight);
  const f32 *gradient = AT(const f32, a->gradient);
  f32 *velocity = AT(f32, a->velocity);
  f4 lr = splat(AT(const f32, a->rates)[AT(const program_state, a->state)->iteration]), momentum = splat(a->momentum), decay = splat(a->decay);
  for (i32 i = 0; i < a->n; i += 4) {
    f4 weight = load(w + i), g = load(gradient + i);
    if (a->decay != 0) g = g + decay * weight;
    if (a->velocity) {
      f4 v = flush(momentum * load(velocity + i) + g, STATE_FLOOR);
      store(velocity + i, v);
      g = a->nesterov ? g + momentum * v : v;
    }
    store(w + i, weight - lr * g);
  }
}

void op_adam(const adam_arguments *a) {
  const program_state *state = AT(const program_state, a->state);
  u32 clock = (u32)state->clock + 1;
  f64 correction1 = 1.0 - whole_power((f64)a->beta1, clock);
  f64 correction2 = 1.0 - whole_power((f64)a->beta2, clock);
  f4 step = splat((f32)((f64)AT(const f32, a->rates)[state->iteration] / correction1));
  f4 scale = splat((f32)(1.0 / __builtin_sqrt(correction2)));
  f4 beta1 = splat(a->beta1), beta2 = splat(a->beta2), rest1 = splat(1.0f - a->beta1), rest2 = splat(1.0f - a->beta2);
  f4 epsilon = splat(a->epsilon), decay = splat(a->decay);
  f32 *w = AT(f32, a->weight), *first = AT(f32, a->first), *second = AT(f32, a->second);
  const f32 *gradient = AT(const f32, a->gradient);
  i32 decays = a->decay != 0;
  f4 floor = splat(STATE_FLOOR);
  for (i32 i = 0; i < a->n; i += 4) {
    f4 weight = load(w + i), g = load(gradient + i);
    if (decays) g = g + decay * weight;
    g = flush(g, GRADIENT_FLOOR);
    f4 m = flush(beta1 * load(first + i) + rest1 * g, STATE_FLOOR);
    f4 v = beta2 * load(second + i) + rest2 * (g * g);
    v = choose(v < floor, splat(0), v);
    store(first + i, m);
    store(second + i, v);
    f4 root;
    for (i32 k = 0; k < 4; k++) root[k] = __builtin_sqrtf(v[k]);
    store(w + i, weight - step * (m / (root * scale + epsilon)));
  }
}

/* Gradients are clipped by the norm over all of them (Pascanu et al. 2013): squares are summed in double precision. */
void op_begin_norm(const begin_norm_arguments *a) { AT(program_state, a->state)->norm = 0; }

void op_add_norm(const add_norm_arguments *a) {
  const f32 *gradient = AT(const f32, a->gradient);
  f64 sum = 0;
  for (i32 i = 0; i < a->n; i++) sum += (f64)gradient[i] * (f64)gradient[i];
  AT(program_state, a->state)->norm += sum;
}

void op_clip(const clip_arguments *a) {
  f64 norm = __builtin_sqrt(AT(const program_state, a->state)->norm);
  if (!(norm > (f64)a->limit)) return;
  f32 *gradient = AT(f32, a->gradient);
  f4 factor = splat((f32)((f64)a->limit / norm));
  for (i32 i = 0; i < a->n; i += 4) store(gradient + i, load(gradient + i) * factor);
}
