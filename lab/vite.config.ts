import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const { version } = JSON.parse(readFileSync(here('../package.json'), 'utf8')) as { version: string };

/** A folder of static files that any host can serve, under whatever path: every address in it is relative. */
export default defineConfig({
  define: { __LOTTERY_VERSION__: JSON.stringify(version) },
  root: here('.'),
  base: './',
  publicDir: false,
  resolve: {
    alias: [
      { find: /^lottery-lab\/web\/worker$/, replacement: here('../dist/web/worker.js') },
      { find: /^lottery-lab\/(.*)$/, replacement: `${here('../dist')}/$1/index.js` },
    ],
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/lab'),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    // How long plugins take is of no use to those who build the package.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
});
