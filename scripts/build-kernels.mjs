// Compiles kernels/ to WebAssembly SIMD with the clang that is itself an npm package, and writes generated modules:
// the WebAssembly as text, so that the library needs no file or fetch to load it, the table of operations, and the numbers
// that C and TypeScript must agree on.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { kernelSources } from './kernel-sources.mjs';

const compile = [
  '--target=wasm32',
  '-std=c11',
  '-O3',
  '-mllvm',
  '-disable-lsr',
  '-msimd128',
  '-mbulk-memory',
  // Atomic instructions are for threads; they work the same on memory that is not shared.
  '-matomics',
  '-ffreestanding',
  '-nostdlib',
  // The same bits everywhere: no fused multiply-add, no reordering.
  '-ffp-contract=off',
  '-fno-fast-math',
  '-fno-builtin-memset',
  '-Wall',
  '-Wextra',
  '-Werror',
];

/** Bytes of a thread's stack, and of the arena at first and at most: what 32 bits can address. */
const memory = { stack: 65536, initial: 2 ** 20, maximum: 2 ** 32 };

const link = [
  '--target=wasm32',
  '-nostdlib',
  '-Wl,--no-entry',
  '-Wl,--export=__heap_base',
  `-Wl,--max-memory=${memory.maximum}`,
  `-Wl,-z,stack-size=${memory.stack}`,
  '-Wl,--strip-all',
];

/** The same code over memory of its own, and over memory that threads share, each of them with a stack of its own. */
const targets = {
  wasm: ['-Wl,--export-memory'],
  threaded: [
    '-Wl,--import-memory',
    '-Wl,--shared-memory',
    `-Wl,--initial-memory=${memory.initial}`,
    '-Wl,--export=__stack_pointer',
  ],
};

/** The operations in order, each with its arguments, read from the structs of kernels/operations.h. */
function operationTable(header) {
  const list = header.match(/#define OPERATIONS\(X\)((?:[^\n]*\\\n)*[^\n]*)/)?.[1] ?? '';
  return [...list.matchAll(/X\((\w+)\)/g)].map(([, name]) => {
    const body = header.match(new RegExp(`typedef struct \\{([^}]*)\\} ${name}_arguments;`))?.[1];
    if (body === undefined) throw new Error(`kernels/operations.h: operation ${name} has no struct ${name}_arguments.`);
    const fields = [...body.matchAll(/(ptr|i32|u32|f32) (\w+);/g)].map(([, type, field]) => ({ type, field }));
    return { name, fields };
  });
}

function operationsModule(header) {
  const rows = operationTable(header).map(
    ({ name, fields }) => `  ${name}: [${fields.map(({ type, field }) => `['${field}', '${type}']`).join(', ')}],`,
  );
  return [
    '// Written by scripts/build-kernels.mjs from kernels/operations.h.',
    '/** Arguments of each operation in order; an operation is numbered by its place in this table. */',
    'export const operationArguments = {',
    ...rows,
    '} as const;',
    '',
  ].join('\n');
}

/**
 * Offsets in bytes of a struct's fields, which are numbers or arrays of them, and its length as `bytes`; as C lays it out,
 * which `layoutCheck` has the compiler confirm.
 */
function structLayout(files, { file, name }) {
  const body = files[file].match(new RegExp(`typedef struct \\{([^}]*)\\} ${name};`))?.[1];
  if (body === undefined) throw new Error(`kernels/${file}: there is no struct ${name}.`);
  const sizes = { f64: 8, i32: 4, u32: 4, f32: 4, ptr: 4 };
  const layout = {};
  let end = 0;
  let widest = 1;
  for (const [, type, declarators] of body.matchAll(/(\w+) ([^;]+);/g)) {
    const size = sizes[type];
    if (size === undefined) throw new Error(`kernels/${file}: ${name} has fields of type ${type}, of unknown size.`);
    widest = Math.max(widest, size);
    for (const [, field, count = '1'] of declarators.matchAll(/(\w+)(?:\[(\d+)\])?/g)) {
      layout[field] = Math.ceil(end / size) * size;
      end = layout[field] + size * Number(count);
    }
  }
  return { ...layout, bytes: Math.ceil(end / widest) * widest };
}

/** Structs whose layout the library uses. */
const structs = {
  state: { file: 'operations.h', name: 'program_state' },
  selection: { file: 'learned.c', name: 'selection' },
};

/** A C file that compiles only where the structs are laid out as the library takes them to be; it is not linked. */
function layoutCheck(files) {
  const lines = Object.values(structs).flatMap(({ file, name }) => {
    const { bytes, ...offsets } = structLayout(files, { file, name });
    return [
      `#include "${file}"`,
      `_Static_assert(sizeof(${name}) == ${bytes}, "${name}");`,
      ...Object.entries(offsets).map(
        ([field, offset]) => `_Static_assert(__builtin_offsetof(${name}, ${field}) == ${offset}, "${name}.${field}");`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** The value of a constant of lottery.h. */
function constant(header, name) {
  const value = Number(header.match(new RegExp(`^#define ${name} (\\d+)$`, 'm'))?.[1]);
  if (!Number.isInteger(value)) throw new Error(`kernels/lottery.h: there is no constant ${name}.`);
  return value;
}

/** What the kernels' C and the library's TypeScript must agree on. */
function layoutModule(files) {
  const lottery = files['lottery.h'];
  const state = Object.entries(structLayout(files, structs.state));
  return [
    '// Written by scripts/build-kernels.mjs from kernels/ and the flags of the build.',
    '/** Examples in a lane block. */',
    `export const LANES = ${constant(lottery, 'LANES')};`,
    '/** Bytes of one place of one lane block. */',
    `export const LANE_BYTES = ${constant(lottery, 'LANE_BYTES')};`,
    "/** Where a program's state keeps what, in bytes from its beginning: `program_state` of kernels/operations.h. */",
    'export const stateLayout = {',
    ...state.map(([field, offset]) => `  ${field}: ${offset},`),
    '} as const;',
    '/** Bytes that edge-popup needs to select the largest scores: `selection` of kernels/learned.c. */',
    `export const selectionBytes = ${structLayout(files, structs.selection).bytes};`,
    "/** Bytes of a thread's stack, and of the arena of the build over shared memory at first and at most. */",
    `export const memoryBytes = { stack: ${memory.stack}, initial: ${memory.initial}, maximum: ${memory.maximum} } as const;`,
    '',
  ].join('\n');
}

/** Writes `text` to `path` in one step, so that a reader never sees half of it. */
function replaceFile(path, text) {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}

/** Text that compresses no worse than what is in it: base64 of the bytes as they are would be half as long again once compressed. */
const packed = (bytes) => deflateRawSync(bytes, { level: 9 }).toString('base64');

export async function buildKernels(root) {
  const { files, digest } = kernelSources(root);
  const names = Object.keys(files);
  const compiler = JSON.parse(readFileSync(join(root, 'node_modules/@yowasp/clang/package.json'), 'utf8')).version;
  const hash = createHash('sha256');
  hash.update(readFileSync(new URL(import.meta.url)));
  hash.update(JSON.stringify([compile, link, targets, compiler, files]));
  const key = hash.digest('hex');

  const out = join(root, 'src', 'kernels', 'generated');
  const stamp = join(out, 'wasm.ts');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').includes(key)) return;

  const started = performance.now();
  const { commands, runClang, runLLVM } = await import('@yowasp/clang');
  // Loaded beforehand, because the commands print every step of it.
  for (const tool of [runClang, runLLVM]) await tool(null, {}, { fetchProgress: () => {} });
  const sources = names.filter((name) => name.endsWith('.c'));
  let complaints = '';
  const decoder = new TextDecoder();
  const stderr = (bytes) => {
    if (bytes) complaints += decoder.decode(bytes, { stream: true });
  };
  const run = async (words, given) => {
    try {
      return await commands.clang(words, given, { stdout: stderr, stderr });
    } catch (error) {
      process.stderr.write(complaints);
      throw new Error(`The kernels did not compile (${error.code ?? error.message}).`);
    }
  };
  const check = 'layout_check';
  const objects = await run([...compile, '-c', ...sources, `${check}.c`], {
    ...files,
    [`${check}.c`]: layoutCheck(files),
  });
  const built = Object.keys(objects).filter((name) => name.endsWith('.o') && name !== `${check}.o`);
  const wasm = {};
  for (const [name, extra] of Object.entries(targets)) {
    const tree = await run([...link, ...extra, ...built, '-o', `${name}.wasm`], objects);
    wasm[name] = Buffer.from(tree[`${name}.wasm`]);
  }
  if (complaints.trim()) process.stderr.write(complaints);
  mkdirSync(out, { recursive: true });
  replaceFile(join(out, 'operations.ts'), operationsModule(files['operations.h']));
  replaceFile(join(out, 'layout.ts'), layoutModule(files));
  replaceFile(
    join(out, 'sources.ts'),
    [
      '// Written by scripts/build-kernels.mjs.',
      '/** SHA-256 over the sources, which a native build of the kernels must be of too. */',
      `export const kernelSources = '${digest}';`,
      '',
    ].join('\n'),
  );
  replaceFile(
    join(out, 'threaded.ts'),
    [
      '// Written by scripts/build-kernels.mjs.',
      '/** The kernels as WebAssembly over memory that threads share, deflated, base64. */',
      `export const threadedBase64 =\n  '${packed(wasm.threaded)}';`,
      '',
    ].join('\n'),
  );
  // Last: it says that the others are of these sources.
  replaceFile(
    stamp,
    [
      `// Written by scripts/build-kernels.mjs; content ${key}.`,
      '/** The kernels as WebAssembly with memory of their own, deflated, base64. */',
      `export const wasmBase64 =\n  '${packed(wasm.wasm)}';`,
      '',
    ].join('\n'),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(
    `kernels: ${sources.length} files to ${wasm.wasm.length} bytes of WebAssembly in ${seconds} s\n`,
  );
}
