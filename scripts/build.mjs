// Builds the project: kernels to WebAssembly (cached by content), TypeScript to dist/, the schema for editors, the command's bundle.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernels } from './build-kernels.mjs';
import { bundleCommand } from './bundle-command.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** Projects that write to dist/: the rooms that run anywhere, without Node's types, and those that need Node. */
const projects = ['isomorphic', 'node'];

await buildKernels(root);

// An incremental build believes its notes even when dist/ is gone.
if (!existsSync(join(dist, 'index.js'))) {
  for (const project of projects) rmSync(join(root, '.cache', `tsconfig.${project}.tsbuildinfo`), { force: true });
}
removeStale();
try {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      '-b',
      ...projects.map((project) => `tsconfig.${project}.json`),
    ],
    { cwd: root, stdio: 'inherit' },
  );
} catch {
  process.exit(1);
}

const { specificationJsonSchema } = await import(pathToFileURL(join(dist, 'index.js')).href);
writeFileSync(join(dist, 'specification.schema.json'), `${JSON.stringify(specificationJsonSchema(), null, 2)}\n`);
await bundleCommand();
for (const command of ['cli', 'bin']) chmodSync(join(dist, command, 'main.js'), 0o755);

/** Removes what sources that are gone were compiled to: it would be published, and found by imports that should fail. */
function removeStale() {
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const source = relative(dist, path).replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts');
    // Bundles: of the command, and of the lab.
    if (['bin', 'lab'].some((bundle) => path.startsWith(join(dist, bundle)))) continue;
    if (entry.isFile() && source.endsWith('.ts') && !existsSync(join(root, 'src', source))) rmSync(path);
  }
}
