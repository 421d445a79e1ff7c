import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository, in which both `npm run fuzz` and the tests work. */
export const root = process.cwd();

/** A small file that NumPy or Pillow made: test/fixtures/data/make.py says how. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(root, 'test', 'fixtures', 'data', name)));

/**
 * Has data sets be found nowhere but where a door says: what this machine has of its own would be read in place of what is hostile.
 *
 * @param folder of the process
 * @returns undoes it
 */
export function withoutOwnData(folder: string): () => void {
  const { LOTTERY_DATA: data, XDG_CACHE_HOME: cache } = process.env;
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  set('LOTTERY_DATA', undefined);
  set('XDG_CACHE_HOME', join(folder, 'none'));
  return () => {
    set('LOTTERY_DATA', data);
    set('XDG_CACHE_HOME', cache);
  };
}
