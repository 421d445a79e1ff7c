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

/* One feature of one lane block, in quarters. Reading it by field keeps the quarter's offset in the instruction. */
typedef struct { f4 quarter[4]; } lanes;

/* Lanes of `yes` where `condition` is all ones, of `no` where it is zero. */
INLINE f4 choose(i4 condition, f4 yes, f4 no) {
  return (f4)(((i4)yes & condition) | ((i4)no & ~condition));
}

/* |value|, lane by lane. */
INLINE f4 magnitude(f4 value) { return (f4)((i4)value & splat_bits(0x7fffffff)); }

/*
 * The order in which sixteen partial sums become one, everywhere: halves are added to halves until one is left,
 *   s8[l] = p[l] + p[l+8];  s4[l] = s8[l] + s8[l+4];  s2[l] = s4[l] + s4[l+2];  s = s2[0] + s2[1].
 * In quarters q0 .. q3 of four lanes, s4 = (q0 + q2) + (q1 + q3).
 */
INLINE f4 halve_quarters(f4 q0, f4 q1, f4 q2, f4 q3) { return (q0 + q2) + (q1 + q3); }

/* The last two steps of that order for one sum. */
INLINE f32 halve(f4 s) { return (s[0] + s[2]) + (s[1] + s[3]); }

/* The last two steps for four sums at once. */
INLINE f4 halve4(f4 a, f4 b, f4 c, f4 d) {
  f4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
  f4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
  return __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

#endif
