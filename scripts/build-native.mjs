// Compiles kernels/ for this very processor into a Node-API addon, native/lottery.node, with the C compiler that is there.
// It is picked up by itself when it is present; without it everything runs on WebAssembly, with the same results.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { include_dir as headers } from 'node-api-headers';
import { processorIdentity } from '../dist/node/kernels/processor.js';
import { kernelSources } from './kernel-sources.mjs';

const flags = [
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

/** What a platform wants besides. Apple's linker is told that Node's own functions are found when the addon is loaded. */
const platformFlags = {
  linux: ['-fPIC', '-pthread'],
  darwin: ['-fPIC', '-undefined', 'dynamic_lookup'],
};

/** Every processor knows its own name for itself. */
const processorFlags = process.arch === 'arm64' ? ['-mcpu=native'] : ['-march=native'];

function explain(message) {
  process.stderr.write(
    `${message}\nEverything works without the native kernels, on WebAssembly, with the same results.\n`,
  );
  process.exit(1);
}

/** The first C compiler that answers: CC, else cc, clang, gcc. */
function findCompiler() {
  const candidates = process.env.CC ? [process.env.CC] : ['cc', 'clang', 'gcc'];
  for (const command of candidates) {
    try {
      const version = execFileSync(command, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return { command, version: version.split('\n')[0] };
    } catch {
      // The next one, then.
    }
  }
  return explain(
    `No C compiler was found (looked for ${candidates.join(', ')}). Install gcc or clang, or name one in CC, and run npm run build:native again.`,
  );
}

if (!(process.platform in platformFlags)) {
  explain(`There is no native build for ${process.platform} yet; expected ${Object.keys(platformFlags).join(' or ')}.`);
}
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = process.argv[2] ?? join(root, 'native');
const compiler = findCompiler();
const { files, digest } = kernelSources(root);
const sources = Object.keys(files)
  .filter((name) => name.endsWith('.c'))
  .map((name) => join(root, 'kernels', name));
const addon = join(root, 'kernels', 'native', 'addon.c');
const build = {
  sources: digest,
  platform: `${process.platform} ${process.arch}`,
  processor: processorIdentity(),
  compiler: compiler.version,
  flags: [...flags, ...platformFlags[process.platform], ...processorFlags],
};

mkdirSync(out, { recursive: true });
const aside = join(out, `lottery.node.${process.pid}`);
const started = performance.now();
try {
  execFileSync(compiler.command, [...build.flags, `-I${headers}`, ...sources, addon, '-o', aside], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
} catch {
  rmSync(aside, { force: true });
  explain(`${compiler.version} could not compile the native kernels; its messages stand above.`);
}
// What is said of an addon must never be said of another: between the two renames there is none.
rmSync(join(out, 'build.json'), { force: true });
renameSync(aside, join(out, 'lottery.node'));
writeFileSync(join(out, 'build.json'), `${JSON.stringify(build, null, 2)}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stderr.write(`native kernels: ${build.compiler}, for ${build.processor}, in ${seconds} s\n`);
