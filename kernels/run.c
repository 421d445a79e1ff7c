/* The runner: walks a step program, any number of times, in one call, alone or with the other threads of a team. */
#include "operations.h"
#include "team.h"

#ifndef __wasm__
_Thread_local char *arena;
#endif

enum {
#define NUMBER(name) OP_##name,
  OPERATIONS(NUMBER)
#undef NUMBER
};

static i32 walk(ptr program, i32 words, i32 steps, share s, team *t) {
  for (i32 step = 0; step < steps; step++) {
    const i32 *word = AT(const i32, program);
    const i32 *end = word + words;
    while (word < end) {
      switch (*word++) {
#define RUN(name)                                   \
  case OP_##name:                                   \
    op_##name((const name##_arguments *)word, s);   \
    word += sizeof(name##_arguments) / sizeof(i32); \
    break;
        OPERATIONS(RUN)
#undef RUN
        default:
          return step;
      }
#if TEAMS
      if (s.parts > 1) meet(t, s.parts);
#else
      (void)t;
#endif
    }
  }
  return steps;
}

#if TEAMS
/* The same with as many threads as asked for, or as many as have come so far. */
i32 run_together(team *t, ptr program, i32 words, i32 steps, i32 threads) {
  i32 here = 1 + read_word(&t->ready);
  if (threads > here) threads = here;
  if (threads <= 1) return walk(program, words, steps, (share){0, 1}, t);
  i32 job = read_word(&t->job);
  __atomic_store_n(&t->job.value, job + 1, __ATOMIC_SEQ_CST);
  t->program = program;
  t->words = words;
  t->steps = steps;
  t->parts = threads;
  change(t, &t->job, job + 2);
  return walk(program, words, steps, (share){0, threads}, t);
}

/*
 * The life of thread number `part`, from 1: it takes part in whatever program needs that many, until all is over. Threads
 * report in the order of their numbers, so that so many being ready means that those very ones are: a program is never
 * begun with one that has not come yet. What was begun before this one reported was begun without it.
 */
void help_team(team *t, i32 part) {
  for (i32 before = read_word(&t->ready); before < part - 1; before = read_word(&t->ready)) {
    wait_while(t, &t->ready, before);
  }
  i32 done = read_word(&t->job) & ~1;
  change(t, &t->ready, part);
  while (!read_word(&t->over)) {
    wait_while(t, &t->job, done);
    if (read_word(&t->over)) return;
    i32 job = read_word(&t->job);
    if (job & 1) continue;
    ptr program = t->program;
    i32 words = t->words, steps = t->steps, parts = t->parts;
    /* What was read is one job's only if no other has been written meanwhile; one that needs this thread waits for it. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (read_word(&t->job) != job) continue;
    done = job;
    if (part < parts) walk(program, words, steps, (share){part, parts}, t);
  }
}

/* Threads that have come to help so far. */
i32 team_helpers(const team *t) { return read_word(&t->ready); }

/* Sends every thread of a team home. One that reports only now finds that all is over before it waits for a job. */
void end_team(team *t) {
  __atomic_store_n(&t->over.value, 1, __ATOMIC_SEQ_CST);
  i32 job = read_word(&t->job);
  __atomic_store_n(&t->job.value, job + 2, __ATOMIC_SEQ_CST);
  wake_all(&t->job.value);
}
#endif

#ifdef __wasm__
/* One arena, one team. */
static team crew;

/* Runs `words` words of program `steps` times. Returns the number of steps run; fewer when it met an unknown word. */
EXPORT(run) i32 run(ptr program, i32 words, i32 steps, i32 threads) {
#if TEAMS
  return run_together(&crew, program, words, steps, threads);
#else
  (void)threads;
  return walk(program, words, steps, (share){0, 1}, &crew);
#endif
}

#if TEAMS
EXPORT(helpers) i32 helpers(void) { return team_helpers(&crew); }
EXPORT(help) void help(i32 part) { help_team(&crew, part); }
#endif
#endif
