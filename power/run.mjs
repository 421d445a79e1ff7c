// `npm run power`: what is in this folder, from a bundle, since it is TypeScript.
import { startBundled } from '../scripts/bundle.mjs';

await startBundled('.cache/power', ['power/main.ts']);
