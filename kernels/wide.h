/*
 * The widest vectors that the target computes with: 4 floats in WebAssembly and wherever nothing wider is known, 8 with AVX,
 * 16, a whole lane block, with AVX-512. What kernels do lane by lane they write in these; the order in which a lane's
 * terms are added is the same at every width, so the bits are too.
 */
#ifndef WIDE_H
#define WIDE_H

#include "lottery.h"

#if defined(__AVX512F__)
#define WIDE 16
#elif defined(__AVX__)
#define WIDE 8
#else
#define WIDE 4
#endif

/* Vectors of a lane block. */
#define VECTORS (LANES / WIDE)
/* Vectors that hold `quarters` quarters. */
#define VECTORS_OF(quarters) (((quarters) * 4 + WIDE - 1) / WIDE)

typedef f32 fw __attribute__((vector_size(4 * WIDE)));
typedef i32 iw __attribute__((vector_size(4 * WIDE)));

#if WIDE == 16
INLINE fw wide(f32 v) { return (fw){v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v}; }
#elif WIDE == 8
INLINE fw wide(f32 v) { return (fw){v, v, v, v, v, v, v, v}; }
#else
INLINE fw wide(f32 v) { return splat(v); }
#endif

INLINE fw load_wide(const void *from) { return *(const fw *)from; }
INLINE void store_wide(void *to, fw value) { *(fw *)to = value; }

INLINE fw load_unaligned(const void *from) {
  fw value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}
INLINE void store_unaligned(void *to, fw value) { __builtin_memcpy(to, &value, sizeof value); }

/* Vector number `vector` from a byte address on. */
#define VECTOR(address, vector) (((const fw *)(address))[vector])

/* Lanes of `yes` where `condition` is all ones, of `no` where it is zero. */
INLINE fw choose_wide(iw condition, fw yes, fw no) { return (fw)(((iw)yes & condition) | ((iw)no & ~condition)); }

/* Zero or less becomes +0; a NaN is kept, so that divergence is seen. */
INLINE fw positive_part(fw v) { return choose_wide(v <= wide(0), wide(0), v); }

/* The loop that follows is written out, because its bounds are constants and its sums are to be registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

/* The cache line at an address is wanted soon; an address beyond the arena does no harm. */
#define PREFETCH(address) __builtin_prefetch(address)

#if WIDE > 4
/* Groups of four partial sums in a vector: the weights that one vector of a weight gradient belongs to. */
#define TOGETHER (WIDE / 4)

/* Of TOGETHER lane blocks, a vector for each quarter: block 0's, block 1's and so on. */
typedef struct { fw block[TOGETHER * VECTORS]; } blocks_together;
typedef struct { fw quarter[4]; } quarters_together;

INLINE quarters_together turn(blocks_together in) {
  quarters_together out;
#if WIDE == 16
  fw a = in.block[0], b = in.block[1], c = in.block[2], d = in.block[3];
  fw ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  fw cd = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  out.quarter[0] = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  out.quarter[1] = __builtin_shufflevector(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  ab = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  cd = __builtin_shufflevector(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  out.quarter[2] = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  out.quarter[3] = __builtin_shufflevector(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
#else
  for (i32 half = 0; half < 2; half++) {
    fw a = in.block[half], b = in.block[2 + half];
    out.quarter[2 * half] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    out.quarter[2 * half + 1] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
#endif
  return out;
}

/* (s0 + s2) + (s1 + s3) of each group of four, in the group's first lane. */
INLINE fw fold_groups(fw s) {
#if WIDE == 16
  fw t = s + __builtin_shufflevector(s, s, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
  return t + __builtin_shufflevector(t, t, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
#else
  fw t = s + __builtin_shufflevector(s, s, 2, 3, 0, 1, 6, 7, 4, 5);
  return t + __builtin_shufflevector(t, t, 1, 0, 3, 2, 5, 4, 7, 6);
#endif
}
#endif

#endif
