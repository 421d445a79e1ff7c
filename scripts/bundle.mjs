// How modules are put into a few files that Node runs: the command's, and those of `npm run fuzz` and `npm run power`.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Bundles for Node. What people install beside the package stays what they have installed.
 *
 * @param {import('esbuild').BuildOptions} options paths are relative to the project
 */
export function bundleForNode(options) {
  return build({
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    ...options,
  });
}

/**
 * Puts TypeScript of the project, and what it uses of src/, into a folder, and starts the first of it there.
 *
 * @param {string} folder as deep as a file of src/ lies, whose paths to the package's own files then hold
 * @param {readonly string[]} entries
 */
export async function startBundled(folder, entries) {
  process.chdir(root);
  await bundleForNode({ entryPoints: [...entries], outdir: folder, outExtension: { '.js': '.mjs' }, sourcemap: true });
  await import(pathToFileURL(`${folder}/main.mjs`).href);
}
