// The kernels' sources and what names this very state of them, for both of their builds.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root the project's folder
 * @returns {{ files: Record<string, string>, digest: string }} C files and headers by name, and the SHA-256 over them
 */
export function kernelSources(root) {
  const folder = join(root, 'kernels');
  const names = readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const digest = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  return { files, digest };
}
