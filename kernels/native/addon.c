/*
 * The kernels as a Node-API addon: an arena, and the same functions that the WebAssembly exports, each with what belongs to
 * its arena before its own arguments. See scripts/build-native.mjs for how it is built.
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#include <sys/mman.h>
#endif

#include "../lottery.h"
#include "../team.h"

/* As much as 32-bit offsets reach, but for a page: reserved, and taken from the machine only where it is touched. */
#define ARENA_BYTES (0x100000000ull - 0x10000ull)

/* Helpers that one arena can have. */
#define MOST_HELPERS 255

i32 run_together(team *t, ptr program, i32 words, i32 steps, i32 threads);
void help_team(team *t, i32 part);
void end_team(team *t);
i32 team_helpers(const team *t);
void fill_words(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);
void fill_normal(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);
void fill_uniform(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);

#ifdef _WIN32
typedef HANDLE thread;
#else
typedef pthread_t thread;
#endif

/* What belongs to an arena besides its memory. */
typedef struct {
  team crew;
  char *data;
  i32 helpers;
  thread threads[MOST_HELPERS];
} household;

typedef struct {
  household *house;
  i32 part;
} post;

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static void release_memory(void *data) {
#ifdef _WIN32
  VirtualFree(data, 0, MEM_RELEASE);
#else
  munmap(data, ARENA_BYTES);
#endif
}

/* Its threads end before the arena does. */
static void release(napi_env env, void *data, void *hint) {
  household *house = hint;
  (void)env;
  if (house->helpers > 0) end_team(&house->crew);
  for (i32 i = 0; i < house->helpers; i++) {
#ifdef _WIN32
    WaitForSingleObject(house->threads[i], INFINITE);
    CloseHandle(house->threads[i]);
#else
    pthread_join(house->threads[i], NULL);
#endif
  }
  release_memory(data);
  free(house);
}

/* allocate(): a new arena as an ArrayBuffer of zeros, and what belongs to it. */
static napi_value allocate(napi_env env, napi_callback_info info) {
  (void)info;
#ifdef _WIN32
  void *data = VirtualAlloc(NULL, ARENA_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (data == NULL) return fail(env, "could not reserve 4 GiB of addresses for the kernels' arena.");
#else
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#ifdef MAP_NORESERVE
  flags |= MAP_NORESERVE;
#endif
  void *data = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (data == MAP_FAILED) return fail(env, "could not reserve 4 GiB of addresses for the kernels' arena.");
  /* Maps of many channels lie in more pages of 4 KiB than the processor remembers. Where it is refused, nothing changes. */
#ifdef MADV_HUGEPAGE
  (void)madvise(data, ARENA_BYTES, MADV_HUGEPAGE);
#endif
#endif
  household *house = calloc(1, sizeof *house);
  napi_value buffer, owner, both;
  if (house == NULL) {
    release_memory(data);
    return fail(env, "out of memory.");
  }
  house->data = data;
  if (napi_create_external_arraybuffer(env, data, ARENA_BYTES, release, house, &buffer) != napi_ok) {
    release(env, data, house);
    return fail(env, "this JavaScript engine does not accept external memory for an ArrayBuffer.");
  }
  napi_create_external(env, house, NULL, NULL, &owner);
  napi_create_object(env, &both);
  napi_set_named_property(env, both, "buffer", buffer);
  napi_set_named_property(env, both, "house", owner);
  return both;
}

/* Takes what belongs to an arena and `count` whole numbers from a call, and makes that arena the thread's. */
static household *arguments(napi_env env, napi_callback_info info, int64_t *numbers, size_t count) {
  napi_value values[8];
  size_t given = count + 1;
  napi_valuetype type;
  void *house;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < count + 1 ||
      napi_typeof(env, values[0], &type) != napi_ok || type != napi_external || napi_get_value_external(env, values[0], &house) != napi_ok) {
    fail(env, "expected an arena and numbers.");
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    if (napi_get_value_int64(env, values[i + 1], &numbers[i]) != napi_ok) {
      fail(env, "expected numbers after the arena.");
      return NULL;
    }
  }
  arena = ((household *)house)->data;
  return house;
}

/* run(house, program, words, steps, threads): steps done. */
static napi_value run_program(napi_env env, napi_callback_info info) {
  int64_t n[4];
  napi_value result;
  household *house = arguments(env, info, n, 4);
  if (house == NULL) return NULL;
  napi_create_int32(env, run_together(&house->crew, (ptr)n[0], (i32)n[1], (i32)n[2], (i32)n[3]), &result);
  return result;
}

#ifdef _WIN32
static DWORD WINAPI serve(void *given) {
#else
static void *serve(void *given) {
#endif
  post here = *(post *)given;
  free(given);
  arena = here.house->data;
  help_team(&here.house->crew, here.part);
  return 0;
}

/* start(house, helpers): so many threads besides the caller's, those there are included; how many there are now. */
static napi_value start_helpers(napi_env env, napi_callback_info info) {
  int64_t n[1];
  napi_value result;
  household *house = arguments(env, info, n, 1);
  if (house == NULL) return NULL;
  while (house->helpers < n[0] && house->helpers < MOST_HELPERS) {
    post *given = malloc(sizeof *given);
    if (given == NULL) break;
    *given = (post){house, house->helpers + 1};
    thread *place = &house->threads[house->helpers];
#ifdef _WIN32
    *place = CreateThread(NULL, 0, serve, given, 0, NULL);
    int failed = *place == NULL;
#else
    int failed = pthread_create(place, NULL, serve, given) != 0;
#endif
    if (failed) {
      free(given);
      break;
    }
    house->helpers++;
  }
  napi_create_int32(env, house->helpers, &result);
  return result;
}

/* level(): the best of the levels that scripts/package-native.mjs compiles that this processor can run. */
static napi_value level_name(napi_env env, napi_callback_info info) {
  const char *level = "baseline";
  napi_value result;
  (void)info;
#if defined(__x86_64__)
  __builtin_cpu_init();
  int third = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  int fourth = third && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  level = fourth ? "avx512" : third ? "avx2" : level;
#endif
  napi_create_string_utf8(env, level, NAPI_AUTO_LENGTH, &result);
  return result;
}

/* helpers(house): how many of them are there. */
static napi_value count_helpers(napi_env env, napi_callback_info info) {
  napi_value result;
  household *house = arguments(env, info, NULL, 0);
  if (house == NULL) return NULL;
  napi_create_int32(env, team_helpers(&house->crew), &result);
  return result;
}

/* fill_*(house, out, count, key0, key1, lane0, lane1) */
#define FILL(name)                                                                       \
  static napi_value call_##name(napi_env env, napi_callback_info info) {                 \
    int64_t n[6];                                                                        \
    if (arguments(env, info, n, 6) == NULL) return NULL;                                        \
    name((ptr)n[0], (i32)n[1], (u32)n[2], (u32)n[3], (u32)n[4], (u32)n[5]);              \
    return NULL;                                                                         \
  }
FILL(fill_words)
FILL(fill_normal)
FILL(fill_uniform)

NAPI_MODULE_INIT() {
  const napi_property_descriptor members[] = {
    {"allocate", NULL, allocate, NULL, NULL, NULL, napi_enumerable, NULL},
    {"start", NULL, start_helpers, NULL, NULL, NULL, napi_enumerable, NULL},
    {"level", NULL, level_name, NULL, NULL, NULL, napi_enumerable, NULL},
    {"helpers", NULL, count_helpers, NULL, NULL, NULL, napi_enumerable, NULL},
    {"run", NULL, run_program, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_words", NULL, call_fill_words, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_normal", NULL, call_fill_normal, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_uniform", NULL, call_fill_uniform, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof members / sizeof members[0], members);
  return exports;
}
