/*
 * Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011). `src/random/philox.ts` is the
 * same function; the layout of streams (key, lane) is described in `src/random/stream.ts`.
 */
#ifndef PHILOX_H
#define PHILOX_H

#include "lottery.h"

typedef struct { u32 word[4]; } philox_block;

/* The labelled stream's key and the upper half of its counter. */
typedef struct { u32 key0, key1, lane0, lane1; } philox_stream;

INLINE philox_block philox(u32 c0, u32 c1, u32 c2, u32 c3, u32 k0, u32 k1) {
  for (i32 round = 0; round < 10; round++) {
    u64 p0 = (u64)0xd2511f53u * c0;
    u64 p1 = (u64)0xcd9e8d57u * c2;
    u32 n0 = (u32)(p1 >> 32) ^ c1 ^ k0;
    u32 n2 = (u32)(p0 >> 32) ^ c3 ^ k1;
    c1 = (u32)p1;
    c3 = (u32)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  return (philox_block){{c0, c1, c2, c3}};
}

/* Block number `index` of a stream: its words 4 index .. 4 index + 3. */
INLINE philox_block stream_block(philox_stream s, u64 index) {
  return philox((u32)index, (u32)(index >> 32), s.lane0, s.lane1, s.key0, s.key1);
}

/* Blocks number c0[0] .. c0[3] at once: word k of each is lane by lane in words[k]. */
INLINE void philox_four(u4 c0, u32 c1, u32 lane0, u32 lane1, u32 k0, u32 k1, u4 words[4]) {
  typedef u64 wide4 __attribute__((vector_size(32)));
  u4 d1 = {c1, c1, c1, c1}, d2 = {lane0, lane0, lane0, lane0}, d3 = {lane1, lane1, lane1, lane1};
  for (i32 round = 0; round < 10; round++) {
    wide4 p0 = __builtin_convertvector(c0, wide4) * 0xd2511f53u;
    wide4 p1 = __builtin_convertvector(d2, wide4) * 0xcd9e8d57u;
    u4 n0 = __builtin_convertvector(p1 >> 32, u4) ^ d1 ^ k0;
    u4 n2 = __builtin_convertvector(p0 >> 32, u4) ^ d3 ^ k1;
    d1 = __builtin_convertvector(p1, u4);
    d3 = __builtin_convertvector(p0, u4);
    c0 = n0;
    d2 = n2;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  words[0] = c0;
  words[1] = d1;
  words[2] = d2;
  words[3] = d3;
}

/* Uniform on the open interval (0, 1): the middle of one of 2^24 equal cells would round to 1 at the top; 2^23 do not. */
INLINE f32 uniform_of(u32 word) { return ((f32)(word >> 9) + 0.5f) * 0x1p-23f; }

INLINE f4 uniform_of_four(u4 words) { return (__builtin_convertvector((i4)(words >> 9), f4) + splat(0.5f)) * splat(0x1p-23f); }

#endif
