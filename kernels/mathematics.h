/*
 * The kernels' own elementary functions: additions, multiplications, divisions and square roots only, so that every
 * target computes the same bits. Accuracies are held by tests against double precision.
 */
#ifndef MATHEMATICS_H
#define MATHEMATICS_H

#include "lottery.h"

/* Below this argument the exponential is exactly 0, which keeps tiny probabilities from becoming subnormal numbers. */
#define EXP_UNDERFLOW -50.0f

/*
 * e^x to about 1 unit in the last place, for x up to 88; 0 below EXP_UNDERFLOW.
 * x = n ln 2 + r with |r| <= ln(2)/2; e^r by its Taylor polynomial of degree 7; 2^n by the exponent field.
 */
INLINE f4 exp4(f4 x) {
  f4 clamped = choose(x < splat(-60.0f), splat(-60.0f), x);
  clamped = choose(clamped > splat(88.0f), splat(88.0f), clamped);
  /* Adding 1.5 * 2^23 rounds to a whole number, half to even. */
  f4 n = (clamped * splat(1.44269504f) + splat(12582912.0f)) - splat(12582912.0f);
  /* ln 2 in two parts; the first has trailing zeros, so that n times it is exact. */
  f4 r = (clamped - n * splat(0.693359375f)) - n * splat(-2.12194440e-4f);
  f4 p = splat(1.0f / 5040.0f);
  p = p * r + splat(1.0f / 720.0f);
  p = p * r + splat(1.0f / 120.0f);
  p = p * r + splat(1.0f / 24.0f);
  p = p * r + splat(1.0f / 6.0f);
  p = p * r + splat(0.5f);
  p = (p * r) * r + r + splat(1.0f);
  i4 exponent = (__builtin_convertvector(n, i4) + splat_bits(127)) << 23;
  f4 value = p * (f4)exponent;
  /* A NaN compares false with everything and so comes through, as it must for divergence to be seen. */
  value = choose(x < splat(EXP_UNDERFLOW), splat(0.0f), value);
  return choose(x == x, value, x);
}

/* tanh x: its Taylor polynomial below 0.5 in magnitude, 1 - 2 / (e^2x + 1) above. */
INLINE f4 tanh4(f4 x) {
  f4 size = magnitude(x);
  f4 z = x * x;
  f4 p = splat(21844.0f / 6081075.0f);
  p = p * z + splat(-1382.0f / 155925.0f);
  p = p * z + splat(62.0f / 2835.0f);
  p = p * z + splat(-17.0f / 315.0f);
  p = p * z + splat(2.0f / 15.0f);
  p = p * z + splat(-1.0f / 3.0f);
  f4 small = p * z * x + x;
  f4 large = splat(1.0f) - splat(2.0f) / (exp4(choose(size > splat(20.0f), splat(20.0f), size) * splat(2.0f)) + splat(1.0f));
  i4 sign = (i4)x & splat_bits((i32)0x80000000);
  f4 signed_large = (f4)((i4)large | sign);
  f4 value = choose(size < splat(0.5f), small, signed_large);
  return choose(x == x, value, x);
}

/* 1 / (1 + e^-x). */
INLINE f4 sigmoid4(f4 x) { return splat(1.0f) / (splat(1.0f) + exp4(-x)); }

INLINE f64 bits_to_double(u64 bits) {
  union { u64 u; f64 f; } cast = {bits};
  return cast.f;
}

INLINE u64 double_to_bits(f64 value) {
  union { f64 f; u64 u; } cast = {value};
  return cast.u;
}

/*
 * ln x for normal positive x. x = m 2^e with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh((m-1)/(m+1)) by its series,
 * whose argument is at most 0.1716 and whose eleventh term is below 1e-18.
 */
static inline f64 natural_log(f64 x) {
  u64 bits = double_to_bits(x);
  i32 exponent = (i32)(bits >> 52) - 1023;
  f64 m = bits_to_double((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m = m * 0.5;
    exponent = exponent + 1;
  }
  f64 s = (m - 1.0) / (m + 1.0);
  f64 z = s * s;
  f64 p = 1.0 / 21.0;
  for (i32 k = 19; k >= 3; k -= 2) p = p * z + 1.0 / (f64)k;
  f64 log_m = 2.0 * s + 2.0 * s * z * p;
  return (f64)exponent * 0.6931471805599453 + log_m;
}

/* cos(2 pi u) and sin(2 pi u) for u in [0, 1): the nearest quarter turn, then Taylor series on [-pi/4, pi/4]. */
static inline void cosine_sine_turns(f64 u, f64 *cosine, f64 *sine) {
  i32 quarter = (i32)(u * 4.0 + 0.5);
  f64 x = (u - (f64)quarter * 0.25) * 6.283185307179586;
  f64 z = x * x;
  f64 c = 1.0, s = 1.0;
  for (i32 k = 16; k >= 2; k -= 2) {
    c = 1.0 - z / (f64)(k * (k - 1)) * c;
    s = 1.0 - z / (f64)(k * (k + 1)) * s;
  }
  s = s * x;
  switch (quarter & 3) {
    case 0: *cosine = c; *sine = s; break;
    case 1: *cosine = -s; *sine = c; break;
    case 2: *cosine = -c; *sine = -s; break;
    default: *cosine = s; *sine = -c; break;
  }
}

/* base^exponent for a whole exponent, by repeated squaring from the lowest bit. */
static inline f64 whole_power(f64 base, u32 exponent) {
  f64 result = 1.0;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = result * base;
    base = base * base;
  }
  return result;
}

#endif
