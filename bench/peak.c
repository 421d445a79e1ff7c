/*
 * What this machine can do at best on one core, measured: multiplications and additions of floats in vectors of 128, 256 and
 * 512 bits, each rounded by itself as the kernels' are, and contracted into one where the processor does that; and bytes that
 * a copy between two large buffers reads and writes. Prints one JSON object.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define TURNS 2000000
#define ROUNDS 7

/* `sums` is as many as the latencies of both operations need, and registers hold. */
#define LOOP(name, vector, width, sums, step)                                                  \
  static double name(void) {                                                                   \
    vector s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, m, c;                             \
    for (int k = 0; k < width; k++) {                                                          \
      m[k] = 0.999f;                                                                           \
      c[k] = 0.001f;                                                                           \
    }                                                                                          \
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = m;                           \
    double best = 0;                                                                           \
    for (int round = 0; round < ROUNDS; round++) {                                             \
      double began = now();                                                                    \
      for (int turn = 0; turn < TURNS; turn++) {                                               \
        s0 = step(s0, m, c); s1 = step(s1, m, c); s2 = step(s2, m, c); s3 = step(s3, m, c);    \
        s4 = step(s4, m, c); s5 = step(s5, m, c); s6 = step(s6, m, c); s7 = step(s7, m, c);    \
        s8 = step(s8, m, c); s9 = step(s9, m, c); s10 = step(s10, m, c); s11 = step(s11, m, c); \
        __asm__ volatile("" : "+" REGISTER(s0), "+" REGISTER(s1), "+" REGISTER(s2), "+" REGISTER(s3), "+" REGISTER(s4), "+" REGISTER(s5), \
                         "+" REGISTER(s6), "+" REGISTER(s7), "+" REGISTER(s8), "+" REGISTER(s9), "+" REGISTER(s10), "+" REGISTER(s11)); \
      }                                                                                        \
      double rate = 2.0 * width * 12 * TURNS / (now() - began) / 1e9;                          \
      if (rate > best) best = rate;                                                            \
    }                                                                                          \
    return best;                                                                               \
  }

#if defined(__x86_64__)
#define REGISTER "x"
#if defined(__AVX512F__)
#undef REGISTER
#define REGISTER "v"
#endif
#else
#define REGISTER "w"
#endif

typedef float v4 __attribute__((vector_size(16)));
typedef float v8 __attribute__((vector_size(32)));
typedef float v16 __attribute__((vector_size(64)));
#define APART(s, m, c) ((s) * (m) + (c))
LOOP(peak128, v4, 4, 12, APART)
#if defined(__AVX__)
LOOP(peak256, v8, 8, 12, APART)
#endif
#if defined(__AVX512F__)
LOOP(peak512, v16, 16, 24, APART)
#define CONTRACTED(s, m, c) ((v16)_mm512_fmadd_ps((__m512)(s), (__m512)(m), (__m512)(c)))
LOOP(contracted, v16, 16, 12, CONTRACTED)
#elif defined(__FMA__)
#define CONTRACTED(s, m, c) ((v8)_mm256_fmadd_ps((__m256)(s), (__m256)(m), (__m256)(c)))
LOOP(contracted, v8, 8, 12, CONTRACTED)
#elif defined(__aarch64__)
#define CONTRACTED(s, m, c) ((v4)vfmaq_f32((float32x4_t)(c), (float32x4_t)(s), (float32x4_t)(m)))
LOOP(contracted, v4, 4, 12, CONTRACTED)
#endif

/* Bytes read and written a second, in thousands of millions. */
static double copy(size_t bytes) {
  char *from = malloc(bytes), *to = malloc(bytes);
  if (!from || !to) exit(1);
  memset(from, 1, bytes);
  memset(to, 2, bytes);
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    double began = now();
    memcpy(to, from, bytes);
    __asm__ volatile("" : : "r"(to) : "memory");
    double rate = 2.0 * (double)bytes / (now() - began) / 1e9;
    if (rate > best) best = rate;
  }
  free(from);
  free(to);
  return best;
}

int main(void) {
  double widest = peak128();
  printf("{\"gflops128\": %.2f", widest);
#if defined(__AVX__)
  widest = peak256();
  printf(", \"gflops256\": %.2f", widest);
#endif
#if defined(__AVX512F__)
  widest = peak512();
  printf(", \"gflops512\": %.2f", widest);
#endif
  printf(", \"gflops\": %.2f", widest);
#if defined(CONTRACTED)
  printf(", \"gflopsContracted\": %.2f", contracted());
#endif
  printf(", \"copyGigabytes\": %.2f}\n", copy((size_t)256 << 20));
  return 0;
}
