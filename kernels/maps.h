/*
 * Feature maps with a stored border: [block][channel][row][column][16]. An offset of a map is that of the first value
 * inside its border; pitches are bytes.
 */
#ifndef MAPS_H
#define MAPS_H

#include "gradients.h"
#include "wide.h"

/* Which of the four examples from `first` on are live: all ones or zeros a lane. */
INLINE i4 live_lanes(i32 first, i32 live) {
  return (i4){first < live ? -1 : 0, first + 1 < live ? -1 : 0, first + 2 < live ? -1 : 0, first + 3 < live ? -1 : 0};
}

/* Adds four lanes to a sum in double precision: (l0 + l2) + (l1 + l3), each exact. */
INLINE f64 fold_double(f4 s) { return ((f64)s[0] + (f64)s[2]) + ((f64)s[1] + (f64)s[3]); }

#endif
