/*
 * What this machine can do at best on one core, measured: multiplications and additions of floats in vectors of each width that
 * the processor has, each rounded by itself as the kernels' are ("separate"), and as one instruction that rounds once
 * ("contracted"); and bytes that a copy between two large buffers reads and writes. Prints one JSON object.
 *
 * Every sum is independent of the others and waits for nothing but its own last addition, and there are at least twelve: with a
 * latency of four cycles that is enough for three additions a cycle, and where there are 32 vector registers there are 24 sums,
 * enough for six. A sum and its multiplication are an opaque step, so that the compiler can neither fold nor move any of them,
 * and all sums, both factors and one product fit into registers: the loops touch no memory (test/peak.test.ts reads the code).
 *
 * The check: the clock is timed too, by a chain of additions of integers, each of which takes one cycle. Vector instructions
 * per cycle then come out close to a whole number, that of the units, if nothing but units bounds the loop.
 */
#include <stdint.h>
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

/* Steps of every sum in one sample: less than a millisecond, so that many samples fall between two interruptions. */
#define TURNS 50000
#define SAMPLES 300

#if defined(__aarch64__)
#define REGISTER "w"
#elif defined(__AVX512VL__)
#define REGISTER "v"
#else
#define REGISTER "x"
#endif

#if defined(__aarch64__) || defined(__AVX512VL__)
#define SUMS 24
#define MORE(X) X(12) X(13) X(14) X(15) X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23)
#else
#define SUMS 12
#define MORE(X)
#endif
#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) MORE(X)

#define DECLARE(k) VECTOR s##k = b;
/* The compiler believes that `a` changes before every step and that every sum is read after it. */
#define STEP(k)                                   \
  __asm__ volatile("" : "+" REGISTER(a));         \
  s##k = OPERATION(s##k, a, b);                   \
  __asm__ volatile("" : "+" REGISTER(s##k));
#define GATHER(k) total = ADD(total, s##k);

/* `bits` of width; the sums are returned as one vector, so that they are needed. */
#define LOOP(name)                                                      \
  __attribute__((noinline)) static VECTOR name(VECTOR a, VECTOR b) {    \
    EACH(DECLARE)                                                       \
    for (int turn = 0; turn < TURNS; turn++) {                          \
      EACH(STEP)                                                        \
    }                                                                   \
    VECTOR total = a;                                                   \
    EACH(GATHER)                                                        \
    return total;                                                       \
  }

/* Seconds of one call. */
#define SECONDS(name, BROADCAST)                     \
  static double seconds_##name(void) {               \
    VECTOR a = BROADCAST(0.5f), b = BROADCAST(0.25f); \
    double began = now();                            \
    VECTOR total = name(a, b);                       \
    double taken = now() - began;                    \
    __asm__ volatile("" : : REGISTER(total));        \
    return taken;                                    \
  }

#if defined(__x86_64__)
#define VECTOR __m128
#define ADD _mm_add_ps
#define OPERATION(s, a, b) _mm_add_ps(s, _mm_mul_ps(a, b))
LOOP(separate_128)
SECONDS(separate_128, _mm_set1_ps)
#undef OPERATION
#if defined(__FMA__)
#define OPERATION(s, a, b) _mm_fmadd_ps(a, b, s)
LOOP(contracted_128)
SECONDS(contracted_128, _mm_set1_ps)
#undef OPERATION
#endif
#undef VECTOR
#undef ADD

#if defined(__AVX__)
#define VECTOR __m256
#define ADD _mm256_add_ps
#define OPERATION(s, a, b) _mm256_add_ps(s, _mm256_mul_ps(a, b))
LOOP(separate_256)
SECONDS(separate_256, _mm256_set1_ps)
#undef OPERATION
#if defined(__FMA__)
#define OPERATION(s, a, b) _mm256_fmadd_ps(a, b, s)
LOOP(contracted_256)
SECONDS(contracted_256, _mm256_set1_ps)
#undef OPERATION
#endif
#undef VECTOR
#undef ADD
#endif

#if defined(__AVX512VL__)
#define VECTOR __m512
#define ADD _mm512_add_ps
#define OPERATION(s, a, b) _mm512_add_ps(s, _mm512_mul_ps(a, b))
LOOP(separate_512)
SECONDS(separate_512, _mm512_set1_ps)
#undef OPERATION
#define OPERATION(s, a, b) _mm512_fmadd_ps(a, b, s)
LOOP(contracted_512)
SECONDS(contracted_512, _mm512_set1_ps)
#undef OPERATION
#endif

#elif defined(__aarch64__)
#define VECTOR float32x4_t
#define ADD vaddq_f32
#define OPERATION(s, a, b) vaddq_f32(s, vmulq_f32(a, b))
LOOP(separate_128)
SECONDS(separate_128, vdupq_n_f32)
#undef OPERATION
#define OPERATION(s, a, b) vfmaq_f32(s, a, b)
LOOP(contracted_128)
SECONDS(contracted_128, vdupq_n_f32)
#undef OPERATION
#endif

/* Additions of one register to another, each waiting for the one before: one cycle each on every processor in use. */
#define ADDITIONS 64
#define EIGHT(text) text text text text text text text text

static double seconds_clock(void) {
  uint64_t sum = 1, other = 3;
  double began = now();
  for (int turn = 0; turn < TURNS; turn++) {
#if defined(__x86_64__)
    __asm__ volatile(EIGHT(EIGHT("addq %1, %0\n\t")) : "+r"(sum) : "r"(other) : "cc");
#elif defined(__aarch64__)
    __asm__ volatile(EIGHT(EIGHT("add %0, %0, %1\n\t")) : "+r"(sum) : "r"(other));
#else
    __asm__ volatile("" : "+r"(sum) : "r"(other));
#endif
  }
  return now() - began;
}

struct loop {
  int bits;
  int contracted;
  double (*seconds)(void);
  double best;
};

static struct loop loops[] = {
#if defined(__x86_64__) || defined(__aarch64__)
    {128, 0, seconds_separate_128, 1e9},
#if defined(__FMA__) || defined(__aarch64__)
    {128, 1, seconds_contracted_128, 1e9},
#endif
#endif
#if defined(__AVX__)
    {256, 0, seconds_separate_256, 1e9},
#if defined(__FMA__)
    {256, 1, seconds_contracted_256, 1e9},
#endif
#endif
#if defined(__AVX512VL__)
    {512, 0, seconds_separate_512, 1e9},
    {512, 1, seconds_contracted_512, 1e9},
#endif
    {0, 0, seconds_clock, 1e9},
};
#define LOOPS (int)(sizeof loops / sizeof *loops)

/* Bytes read and written a second, in thousands of millions. */
static double copy(size_t bytes) {
  char *from = malloc(bytes), *to = malloc(bytes);
  if (!from || !to) exit(1);
  memset(from, 1, bytes);
  memset(to, 2, bytes);
  double best = 0;
  for (int round = 0; round < 9; round++) {
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
  /* The loops take turns, so that a change of clock falls on all of them; the best sample of each is kept. */
  for (int sample = 0; sample < SAMPLES; sample++) {
    for (int which = 0; which < LOOPS; which++) {
      double taken = loops[which].seconds();
      if (taken < loops[which].best) loops[which].best = taken;
    }
  }
  double gigahertz = (double)ADDITIONS * TURNS / loops[LOOPS - 1].best / 1e9;
  printf("{\"clockGigahertz\": %.3f, \"sums\": %d, \"loops\": [", gigahertz, SUMS);
  for (int which = 0; which < LOOPS - 1; which++) {
    struct loop *loop = &loops[which];
    double gflops = 2.0 * (loop->bits / 32) * SUMS * TURNS / loop->best / 1e9;
    double instructions = (loop->contracted ? 1.0 : 2.0) * SUMS * TURNS / loop->best / 1e9;
    printf("%s{\"bits\": %d, \"contracted\": %s, \"gflops\": %.2f, \"perCycle\": %.2f}", which ? ", " : "", loop->bits,
           loop->contracted ? "true" : "false", gflops, instructions / gigahertz);
  }
  printf("], \"copyGigabytes\": %.2f}\n", copy((size_t)256 << 20));
  return 0;
}
