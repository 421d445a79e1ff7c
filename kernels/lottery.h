/*
 * Types and helpers that every kernel shares.
 *
 * The kernels are plain C with the compiler's vector types. The same files become WebAssembly SIMD and native code, and
 * give the same bits on both: every sum has one documented order, contraction is off (-ffp-contract=off), and nothing
 * here calls a mathematics library.
 *
 * Memory is one arena. Kernels are given byte offsets into it; in WebAssembly an offset is an address.
 *
 * Examples travel sixteen to a lane block: activations lie as [block][feature][16], so that an inner loop is one weight
 * times one 64-byte vector.
 */
#ifndef LOTTERY_H
#define LOTTERY_H

typedef signed char i8;
typedef unsigned char u8;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;

/* A byte offset into the arena. */
typedef u32 ptr;

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name)))
#define AT(type, offset) ((type *)(offset))
#else
#define EXPORT(name) __attribute__((visibility("default")))
extern _Thread_local char *arena;
#define AT(type, offset) ((type *)(arena + (offset)))
#endif

#define INLINE static inline __attribute__((always_inline))

/* Examples in a lane block, and bytes of one feature of one block. */
#define LANES 16
#define LANE_BYTES 64

/* Four floats: a WebAssembly vector, and the quarter of a lane block. */
typedef f32 f4 __attribute__((vector_size(16)));
typedef i32 i4 __attribute__((vector_size(16)));
typedef u32 u4 __attribute__((vector_size(16)));

INLINE f4 splat(f32 value) { return (f4){value, value, value, value}; }
INLINE i4 splat_bits(i32 value) { return (i4){value, value, value, value}; }
INLINE f4 load(const f32 *from) { return *(const f4 *)from; }
INLINE void store(f32 *to, f4 value) { *(f4 *)to = value; }

/* Lanes of `yes` where `condition` is all ones, of `no` where it is zero. */
INLINE f4 choose(i4 condition, f4 yes, f4 no) {
  return (f4)(((i4)yes & condition) | ((i4)no & ~condition));
}

/*
 * The share of an operation that one thread computes: part number `part` of `parts`. Work is shared out so that whole sums
 * stay with one thread, so the bits do not depend on how many there are.
 */
typedef struct { i32 part, parts; } share;
typedef struct { i32 first, end; } span;

/* Which of `pieces` belong to a share. */
INLINE span span_of(i32 pieces, share s) {
  return (span){(i32)((u64)pieces * (u64)s.part / (u64)s.parts), (i32)((u64)pieces * (u64)(s.part + 1) / (u64)s.parts)};
}

/* Which of n floats belong to a share: whole lane blocks, of which the last may be short. */
INLINE span floats_of(i32 n, share s) {
  span blocks = span_of((n + LANES - 1) / LANES, s);
  i32 end = blocks.end * LANES;
  return (span){blocks.first * LANES, end < n ? end : n};
}

/* Which lane blocks of so many quarters belong to a share, and how many quarters those hold. */
INLINE span blocks_of(i32 quarters, share s) { return span_of((quarters + 3) / 4, s); }
INLINE i32 quarters_in(i32 quarters, span blocks) { return (quarters < 4 * blocks.end ? quarters : 4 * blocks.end) - 4 * blocks.first; }

/* |value|, lane by lane. */
INLINE f4 magnitude(f4 value) { return (f4)((i4)value & splat_bits(0x7fffffff)); }

#endif
