// `npm run fuzz`: what is in this folder, from a bundle, since it is TypeScript.
import { startBundled } from '../scripts/bundle.mjs';

await startBundled('.cache/fuzz', ['fuzz/main.ts', 'fuzz/worker.ts']);
