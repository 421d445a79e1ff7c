// Compiles kernels/ for this very processor into a Node-API addon, native/lottery.node, with the C compiler that is there.
// It is picked up by itself when it is present; without it everything runs on WebAssembly, with the same results.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processorIdentity } from '../dist/node/kernels/processor.js';
import { kernelSources } from './kernel-sources.mjs';
import { compileAddon, findCompiler, flags, platformFlags, root } from './native-compiler.mjs';

/** Every processor knows its own name for itself. */
const processorFlags = process.arch === 'arm64' ? ['-mcpu=native'] : ['-march=native'];

const out = process.argv[2] ?? join(root, 'native');
const compiler = findCompiler();
const build = {
  sources: kernelSources(root).digest,
  platform: `${process.platform} ${process.arch}`,
  processor: processorIdentity(),
  compiler: compiler.version,
  flags: [...flags, ...platformFlags[process.platform], ...processorFlags],
};

mkdirSync(out, { recursive: true });
const started = performance.now();
// What is said of an addon must never be said of another: between the two there is none.
rmSync(join(out, 'build.json'), { force: true });
compileAddon(compiler, join(out, 'lottery.node'), processorFlags);
writeFileSync(join(out, 'build.json'), `${JSON.stringify(build, null, 2)}\n`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
process.stderr.write(`native kernels: ${build.compiler}, for ${build.processor}, in ${seconds} s\n`);
