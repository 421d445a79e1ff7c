/*
 * The kernels as a Node-API addon: an arena, and the same functions that the WebAssembly exports, each with the arena
 * before its own arguments. See scripts/build-native.mjs for how it is built.
 */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdint.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/mman.h>
#endif

#include "../lottery.h"

/* As much as 32-bit offsets reach, but for a page: reserved, and taken from the machine only where it is touched. */
#define ARENA_BYTES (0x100000000ull - 0x10000ull)

i32 run(ptr program, i32 words, i32 steps);
void fill_words(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);
void fill_normal(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);
void fill_uniform(ptr out, i32 count, u32 key0, u32 key1, u32 lane0, u32 lane1);

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

static void release(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
#ifdef _WIN32
  VirtualFree(data, 0, MEM_RELEASE);
#else
  munmap(data, ARENA_BYTES);
#endif
}

/* allocate(): a new arena as an ArrayBuffer of zeros. */
static napi_value allocate(napi_env env, napi_callback_info info) {
  (void)info;
#ifdef _WIN32
  void *data = VirtualAlloc(NULL, ARENA_BYTES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  if (data == NULL) return fail(env, "4 GiB of addresses for the kernels' arena could not be had.");
#else
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#ifdef MAP_NORESERVE
  flags |= MAP_NORESERVE;
#endif
  void *data = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (data == MAP_FAILED) return fail(env, "4 GiB of addresses for the kernels' arena could not be had.");
#endif
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, data, ARENA_BYTES, release, NULL, &buffer) != napi_ok) {
    release(env, data, NULL);
    return fail(env, "this JavaScript engine takes no memory from outside for an ArrayBuffer.");
  }
  return buffer;
}

/* Takes the arena and `count` whole numbers from a call, and makes that arena the thread's. */
static int arguments(napi_env env, napi_callback_info info, int64_t *numbers, size_t count) {
  napi_value values[8];
  size_t given = count + 1;
  void *data;
  size_t length;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok || given < count + 1 ||
      napi_get_arraybuffer_info(env, values[0], &data, &length) != napi_ok || length != ARENA_BYTES) {
    fail(env, "expected an arena and numbers.");
    return 0;
  }
  for (size_t i = 0; i < count; i++) {
    if (napi_get_value_int64(env, values[i + 1], &numbers[i]) != napi_ok) {
      fail(env, "expected numbers after the arena.");
      return 0;
    }
  }
  arena = data;
  return 1;
}

/* run(arena, program, words, steps): steps done. */
static napi_value run_program(napi_env env, napi_callback_info info) {
  int64_t n[3];
  napi_value result;
  if (!arguments(env, info, n, 3)) return NULL;
  napi_create_int32(env, run((ptr)n[0], (i32)n[1], (i32)n[2]), &result);
  return result;
}

/* fill_*(arena, out, count, key0, key1, lane0, lane1) */
#define FILL(name)                                                                       \
  static napi_value call_##name(napi_env env, napi_callback_info info) {                 \
    int64_t n[6];                                                                        \
    if (!arguments(env, info, n, 6)) return NULL;                                        \
    name((ptr)n[0], (i32)n[1], (u32)n[2], (u32)n[3], (u32)n[4], (u32)n[5]);              \
    return NULL;                                                                         \
  }
FILL(fill_words)
FILL(fill_normal)
FILL(fill_uniform)

NAPI_MODULE_INIT() {
  const napi_property_descriptor members[] = {
    {"allocate", NULL, allocate, NULL, NULL, NULL, napi_enumerable, NULL},
    {"run", NULL, run_program, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_words", NULL, call_fill_words, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_normal", NULL, call_fill_normal, NULL, NULL, NULL, napi_enumerable, NULL},
    {"fill_uniform", NULL, call_fill_uniform, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof members / sizeof members[0], members);
  return exports;
}
