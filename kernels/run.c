/* The runner: walks a step program, any number of times, in one call. */
#include "operations.h"

#ifndef __wasm__
_Thread_local char *arena;
#endif

enum {
#define NUMBER(name) OP_##name,
  OPERATIONS(NUMBER)
#undef NUMBER
};

/* Runs `words` words of program `steps` times. Returns the number of steps run; fewer when it met an unknown word. */
EXPORT(run) i32 run(ptr program, i32 words, i32 steps) {
  for (i32 step = 0; step < steps; step++) {
    const i32 *word = AT(const i32, program);
    const i32 *end = word + words;
    while (word < end) {
      switch (*word++) {
#define RUN(name)                                  \
  case OP_##name:                                  \
    op_##name((const name##_arguments *)word, (share){0, 1}); \
    word += sizeof(name##_arguments) / sizeof(i32); \
    break;
        OPERATIONS(RUN)
#undef RUN
        default:
          return step;
      }
    }
  }
  return steps;
}
