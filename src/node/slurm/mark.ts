import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointNamed, layout } from '../store/layout.js';

/**
 * A text that changes whenever a checkpoint of one of some cells is written: the only sign that a job whose time limit is shorter
 * than a cell has come further.
 */
export async function checkpointsMark(store: string, cells: ReadonlySet<string>): Promise<string> {
  const folder = layout.checkpoints(store);
  const names = await readdir(folder).catch((): string[] => []);
  const own = names.filter((name) => cells.has(checkpointNamed(name)?.id ?? '')).sort();
  const times = await Promise.all(own.map((name) => stat(join(folder, name)).catch(() => null)));
  return own.map((name, at) => `${name}@${times[at]?.mtimeMs ?? ''}`).join(' ');
}
