// `npm run fuzz`: puts the TypeScript of this folder, and what it tries of src/, into .cache/fuzz/, and starts it there.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await build({
  entryPoints: ['fuzz/main.ts', 'fuzz/worker.ts'],
  // As deep as a file of src/ lies, whose paths to the package's own files then hold.
  outdir: '.cache/fuzz',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
await import(pathToFileURL('.cache/fuzz/main.mjs').href);
