// Puts the command, and what its worker threads begin with, into a few files: several hundred modules take most of the time in
// which a short command starts, and each thread loads them again.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleForNode, root } from './bundle.mjs';

/** What is started: its name in dist/bin/, where threads are found beside the command, and what it is made of. */
const entries = { main: 'cli/main.js', worker: 'node/worker.js', helper: 'node/kernels/helper.js' };

/** Bundles what dist/ has, from its JavaScript, into dist/bin/. What stays the same is not written, so that a command may be running. */
export async function bundleCommand() {
  const dist = join(root, 'dist');
  const bin = join(dist, 'bin');
  const { outputFiles } = await bundleForNode({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(dist, path)])),
    outdir: bin,
    write: false,
  });
  mkdirSync(bin, { recursive: true });
  const names = new Set(outputFiles.map(({ path }) => basename(path)));
  for (const { path, contents } of outputFiles) if (!hasBytes(path, contents)) writeFileSync(path, contents);
  for (const name of readdirSync(bin)) if (!names.has(name)) rmSync(join(bin, name));
}

function hasBytes(path, contents) {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
