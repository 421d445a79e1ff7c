// How the native kernels are compiled, for both of their builds: for this very processor, and for others of its kind.
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { def_paths as definitions, include_dir as headers } from 'node-api-headers';
import { kernelSources } from './kernel-sources.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export const flags = [
  '-O3',
  '-std=gnu11',
  // The same bits everywhere: no fused multiply-add, no reordering; a square root is an instruction, not a call.
  '-ffp-contract=off',
  '-fno-fast-math',
  '-fno-math-errno',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-Wno-unknown-pragmas',
  '-shared',
];

/**
 * Further flags of a platform. Apple's linker leaves Node's own functions to be resolved when the addon is loaded; on
 * Windows (clang for the MSVC runtime) they come from a library made from Node's list of them.
 */
export const platformFlags = {
  linux: ['-fPIC', '-pthread'],
  darwin: ['-fPIC', '-undefined', 'dynamic_lookup'],
  win32: ['-D_CRT_SECURE_NO_WARNINGS', '-lsynchronization'],
};

export function explain(message) {
  process.stderr.write(
    `${message}\nEverything works without the native kernels, on WebAssembly, with the same results.\n`,
  );
  process.exit(1);
}

/** The first C compiler that answers: CC, else what the platform calls its own. */
export function findCompiler() {
  if (!(process.platform in platformFlags)) {
    explain(
      `native kernels cannot be built on ${process.platform} yet; expected ${Object.keys(platformFlags).join(', ')}.`,
    );
  }
  // MSVC's own compiler has no vector types: on Windows it has to be clang.
  const usual = process.platform === 'win32' ? ['clang'] : ['cc', 'clang', 'gcc'];
  const candidates = process.env.CC ? [process.env.CC] : usual;
  for (const command of candidates) {
    try {
      const version = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return { command, version: version.split('\n')[0].trim() };
    } catch {
      // The next one, then.
    }
  }
  return explain(
    `No C compiler was found (looked for ${candidates.join(', ')}). Install gcc or clang, or name one in CC, and run npm run build:native again.`,
  );
}

/** On Windows, the library through which an addon finds Node's functions, made in a folder. */
function importLibrary(folder) {
  const library = join(folder, 'node_api.lib');
  const machine = process.arch === 'arm64' ? 'arm64' : 'i386:x86-64';
  execFileSync('llvm-dlltool', ['-m', machine, '-D', 'node.exe', '-d', definitions.node_api_def, '-l', library], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return library;
}

/**
 * Compiles the addon into a file, which is there whole or not at all.
 *
 * @param {{ command: string, version: string }} compiler
 * @param {string} file where it goes
 * @param {readonly string[]} processor flags that name the processor it is for
 */
export function compileAddon(compiler, file, processor) {
  const { files } = kernelSources(root);
  const sources = Object.keys(files)
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(root, 'kernels', name));
  const aside = `${file}.${process.pid}`;
  const words = [...flags, ...platformFlags[process.platform], ...processor, `-I${headers}`];
  try {
    const libraries = process.platform === 'win32' ? [importLibrary(dirname(file))] : [];
    const all = [...words, ...sources, join(root, 'kernels', 'native', 'addon.c'), ...libraries, '-o', aside];
    execFileSync(compiler.command, all, { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch {
    rmSync(aside, { force: true });
    explain(`${compiler.version} could not compile the native kernels; its messages stand above.`);
  }
  renameSync(aside, file);
}
