import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './places.js';

/** What another program reads from a file: arrays by name, each with its shape and a digest of its values; or that it refuses. */
export type ReferenceReading =
  | { readonly arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly digest: string }>> }
  | { readonly refused: string }
  /** It ran out of the memory that it is given: nothing is known. */
  | { readonly beyond: true };

/** NumPy at the other end of a pipe: it reads the same mutated files. */
export class Reference {
  readonly #child: ChildProcess;
  readonly #waiting: ((reading: ReferenceReading) => void)[] = [];

  private constructor(python: string) {
    const script = join(root, 'fuzz', 'reference.py');
    this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout as NonNullable<ChildProcess['stdout']> }).on('line', (line) =>
      this.#waiting.shift()?.(JSON.parse(line) as ReferenceReading),
    );
  }

  /** Undefined where there is no Python with NumPy. */
  static open(): Reference | undefined {
    const found = spawnSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return found.status === 0 ? new Reference('python3') : undefined;
  }

  read(kind: 'npy' | 'npz' | 'pickle', path: string): Promise<ReferenceReading> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin?.write(`${JSON.stringify({ kind, path })}\n`);
    });
  }

  close(): void {
    this.#child.kill();
  }
}
