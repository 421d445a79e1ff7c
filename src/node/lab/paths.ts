import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The parts of an address's path, decoded; null where it is malformed or could lead out of a folder.
 *
 * @param path what stands before the question mark, as it was sent
 */
export function partsOf(path: string): readonly string[] | null {
  if (!path.startsWith('/')) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  // Nothing here has a name with a per cent sign: one that is left was encoded twice.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
  if (/[\u0000-\u001f\u007f\\%:]/.test(decoded)) return null;
  const parts = decoded.slice(1).split('/');
  const isWrong = parts.some(
    (part, index) => part === '.' || part === '..' || (part === '' && index < parts.length - 1),
  );
  return isWrong ? null : parts;
}

/** The file in a folder, links followed; null where there is none, or links lead out of the folder. */
export async function fileWithin(folder: string, parts: readonly string[]): Promise<string | null> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, ...parts))]);
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG'].includes(code ?? '')) return null;
    throw error;
  }
}

/** Types of files that are served; no others are. */
export const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};
