import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** The best that one core does, by width of vector. */
export interface PeakLoop {
  readonly bits: number;
  /** Whether a multiplication and an addition are one instruction that rounds once. */
  readonly contracted: boolean;
  /** Multiplications and additions a second, in thousands of millions. */
  readonly gflops: number;
  /** Vector instructions a cycle: close to a whole number where units alone bound the loop. */
  readonly perCycle: number;
}

/** What bench/peak.c prints. */
export interface Peak {
  /** The clock of the core, as a chain of additions of integers shows it. */
  readonly clockGigahertz: number;
  /** Independent sums of each loop. */
  readonly sums: number;
  readonly loops: readonly PeakLoop[];
  /** Bytes that a copy of 256 MiB reads and writes in a second, in thousands of millions. */
  readonly copyGigabytes: number;
}

/** Loops of intrinsics, which lie beside dist/ in the repository and in the package. */
const source = join(packageRoot, 'bench', 'peak.c');

const flags = ['-O2', '-std=gnu11', '-ffp-contract=off', process.arch === 'arm64' ? '-mcpu=native' : '-march=native'];

/** Compiles bench/peak.c for this processor and gives what `use` makes of the file. */
function compiled<T>(further: readonly string[], use: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lottery-peak-'));
  try {
    const file = join(folder, 'peak');
    execFileSync(process.env.CC ?? 'cc', [...flags, ...further, source, '-o', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Measures the machine's peak.
 *
 * @throws Error without a C compiler
 */
export function measurePeak(): Peak {
  return compiled([], (file) => JSON.parse(execFileSync(file, { encoding: 'utf8' })) as Peak);
}

/** The loops as the compiler made them, in assembly language. */
export function peakAssembly(): string {
  return compiled(['-S'], (file) => readFileSync(file, 'utf8'));
}

/** The best loop that rounds each multiplication and each addition by itself, of vectors no wider than so many bits. */
export function peakSeparate(peak: Peak, widest = Number.POSITIVE_INFINITY): number {
  return Math.max(
    ...peak.loops.filter(({ bits, contracted }) => !contracted && bits <= widest).map(({ gflops }) => gflops),
  );
}
