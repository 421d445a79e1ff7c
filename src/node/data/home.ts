import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path whose `~` at the start is the home folder: a shell does not replace it after an equals sign, nor in a file. */
export function expandHome(path: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? join(homedir(), path.slice(1)) : path;
}
