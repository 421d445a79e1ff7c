// `npm run power`: puts the TypeScript of this folder, and what it uses of src/, into .cache/power/, and starts it there.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
await build({
  entryPoints: ['power/main.ts'],
  outdir: '.cache/power',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});
await import(pathToFileURL('.cache/power/main.mjs').href);
