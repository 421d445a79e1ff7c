/*
 * Threads that go through one program together: each computes its share of an operation, and all meet before the next one
 * begins. A thread that has waited a while for the others sleeps.
 */
#ifndef TEAM_H
#define TEAM_H

#include "lottery.h"

/* Each word that threads wait on or count in has a cache line to itself. */
typedef struct { i32 value; i32 apart[15]; } lone_word;

typedef struct {
  /* Goes up by two for each program; odd while what is to be done is being written down. */
  lone_word job;
  ptr program;
  i32 words, steps, parts;
  lone_word arrived, round, sleepers, ready, over;
} team;

#if defined(__wasm__) && !defined(__wasm_atomics__)
#define TEAMS 0
#else
#define TEAMS 1
#endif

#if TEAMS

/* Looks at a word before a thread goes to sleep: some tens of microseconds. */
#define LOOKS 2000

#if defined(__wasm__)
INLINE void breathe(void) {}
INLINE void sleep_while(i32 *word, i32 value) { __builtin_wasm_memory_atomic_wait32(word, value, -1); }
INLINE void wake_all(i32 *word) { __builtin_wasm_memory_atomic_notify(word, ~0u); }
#else
#if defined(__x86_64__)
INLINE void breathe(void) { __builtin_ia32_pause(); }
#else
INLINE void breathe(void) { __asm__ volatile("yield"); }
#endif
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
INLINE void sleep_while(i32 *word, i32 value) { syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, (void *)0, (void *)0, 0); }
INLINE void wake_all(i32 *word) { syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 0x7fffffff, (void *)0, (void *)0, 0); }
#elif defined(_WIN32)
#include <windows.h>
INLINE void sleep_while(i32 *word, i32 value) { WaitOnAddress(word, &value, sizeof value, INFINITE); }
INLINE void wake_all(i32 *word) { WakeByAddressAll(word); }
#else
#include <time.h>
/* No call that every such system offers waits for a word: look again in a twentieth of a millisecond. */
INLINE void sleep_while(i32 *word, i32 value) {
  struct timespec moment = {0, 50000};
  (void)word;
  (void)value;
  nanosleep(&moment, 0);
}
INLINE void wake_all(i32 *word) { (void)word; }
#endif
#endif

INLINE i32 read_word(const lone_word *word) { return __atomic_load_n(&word->value, __ATOMIC_SEQ_CST); }

/* Waits until a word is no longer `value`. */
static inline void wait_while(team *t, lone_word *word, i32 value) {
  for (i32 look = 0; look < LOOKS; look++) {
    if (read_word(word) != value) return;
    breathe();
  }
  __atomic_fetch_add(&t->sleepers.value, 1, __ATOMIC_SEQ_CST);
  while (read_word(word) == value) sleep_while(&word->value, value);
  __atomic_fetch_sub(&t->sleepers.value, 1, __ATOMIC_SEQ_CST);
}

/* Changes a word and wakes whoever sleeps on it. */
static inline void change(team *t, lone_word *word, i32 value) {
  __atomic_store_n(&word->value, value, __ATOMIC_SEQ_CST);
  if (read_word(&t->sleepers) > 0) wake_all(&word->value);
}

/* Barrier: returns when all `parts` threads have arrived. */
static inline void meet(team *t, i32 parts) {
  i32 round = read_word(&t->round);
  if (__atomic_add_fetch(&t->arrived.value, 1, __ATOMIC_SEQ_CST) == parts) {
    __atomic_store_n(&t->arrived.value, 0, __ATOMIC_SEQ_CST);
    change(t, &t->round, round + 1);
  } else {
    wait_while(t, &t->round, round);
  }
}

#endif
#endif
