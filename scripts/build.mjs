// Builds the project: kernels to WebAssembly (cached by content), TypeScript to dist/, the schema for editors.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildKernels } from './build-kernels.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

await buildKernels(root);

// An incremental build believes its notes even when dist/ is gone.
const notes = join(root, '.cache', 'tsconfig.build.tsbuildinfo');
if (!existsSync(join(root, 'dist', 'index.js'))) rmSync(notes, { force: true });
try {
  execFileSync(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
} catch {
  process.exit(1);
}

const { specificationJsonSchema } = await import(pathToFileURL(join(root, 'dist', 'index.js')).href);
writeFileSync(
  join(root, 'dist', 'specification.schema.json'),
  `${JSON.stringify(specificationJsonSchema(), null, 2)}\n`,
);
chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755);
