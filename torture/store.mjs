// What lies in a store, as files.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Every file below a folder, by path relative to it. */
export function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) =>
      relative(folder, join(parentPath ?? path, name))
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** The kind of a file of a store, for counting: `cell.json`, `weights.safetensors`, `figures/*.svg`, ... */
export function kindOf(file) {
  const parts = file.split('/');
  if (parts[0] === 'measurements') return 'measurement';
  if (parts[0] === 'checkpoints') return 'checkpoint';
  for (const folder of ['figures', 'tables']) {
    if (parts.includes(folder)) return `${folder}/*.${parts.at(-1).split('.').at(-1)}`;
  }
  return parts.at(-1);
}

/** Finished cells and measurements with all that is in them: what no kill may lose or change. */
export function finishedIn(store) {
  const finished = new Map();
  // Elsewhere in it other processes may make and remove folders at this moment.
  for (const kind of ['cells', 'measurements']) {
    for (const file of filesIn(join(store, kind)))
      finished.set(`${kind}/${file}`, readFileSync(join(store, kind, file)));
  }
  return finished;
}

/** What of a store is gone or has changed since, by path. */
export function lostSince(before, store) {
  return [...before].flatMap(([file, bytes]) => {
    const path = join(store, file);
    return existsSync(path) && readFileSync(path).equals(bytes) ? [] : [file];
  });
}

/** What a finished command should not leave behind. */
export const leftIn = (store) => filesIn(store).filter((file) => /^(tmp|checkpoints|damaged)\/|\.new$/.test(file));
