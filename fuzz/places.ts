import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository, in which both `npm run fuzz` and the tests work. */
export const root = process.cwd();

/** A small file that NumPy or Pillow made: test/fixtures/data/make.py says how. */
export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(root, 'test', 'fixtures', 'data', name)));
