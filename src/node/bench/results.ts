import { readFileSync } from 'node:fs';
import { InputError } from '../../networks/errors.js';
import type { EngineId, SectionName } from './cases.js';
import { noRounds, type Quiet } from './measure.js';
import type { Peak } from './peak.js';
import type { Test } from './protocol.js';

/** Samples of one case in a section. */
export interface Row {
  readonly section: SectionName;
  /** Rows of one group took turns: their samples of the same place in `ms` are of the same round. */
  readonly group: string;
  readonly engine: EngineId;
  readonly threads: number;
  readonly test: Test;
  /** The operation, where operations are timed by themselves. */
  readonly part?: string;
  /** Milliseconds, one sample a round. */
  readonly ms: readonly number[];
  /** Cores that the case used, on average. */
  readonly cores: number;
  /** Share of weights trained. */
  readonly density?: number;
  /** Floating-point operations of one repetition. */
  readonly flops?: number;
  readonly bytes?: number;
}

/** How quiet the machine was while a section was timed. */
export interface SectionQuiet extends Readonly<Quiet> {
  readonly section: SectionName;
}

/** A run of the benchmark, as it is written to a file. */
export interface Results {
  readonly format: 2;
  readonly machine: { readonly processor: string; readonly cores: number; readonly platform: string };
  /** Version of this package, of Node, and of the compiler of the native kernels where they are used. */
  readonly version: string;
  readonly node: string;
  readonly native: string | null;
  readonly minutes: number;
  /** Null without a C compiler. */
  readonly peak: Peak | null;
  readonly versions: Readonly<Partial<Record<EngineId, string>>>;
  /** The load average of a minute, before and after. */
  readonly load: { readonly before: number; readonly after: number };
  readonly quiet: readonly SectionQuiet[];
  readonly rows: readonly Row[];
}

/** The whole run's quiet. */
export function quietOf({ quiet }: Pick<Results, 'quiet'>): Quiet {
  const all = noRounds();
  for (const one of quiet) {
    all.rounds += one.rounds;
    all.disturbedRounds += one.disturbedRounds;
    all.takenRounds += one.takenRounds;
    all.blocks += one.blocks;
    all.takenAgain += one.takenAgain;
    all.others = Math.max(all.others, one.others);
    all.steal = Math.max(all.steal, one.steal);
  }
  return all;
}

/** Whether a run stayed disturbed: then none of its ratios is a finding. */
export function isDisturbed(results: Pick<Results, 'quiet'>): boolean {
  return quietOf(results).disturbedRounds > 0;
}

/**
 * Reads a run from a file.
 *
 * @throws InputError when it is not a run of this format
 */
export function readResults(file: string): Results {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const { format, rows, quiet } = (read ?? {}) as Partial<Results>;
  if (format !== 2 || !Array.isArray(rows) || !Array.isArray(quiet)) {
    throw new InputError(
      `${file} is of format ${format ?? 1}; expected a run of the benchmark, format 2. Run npm run bench again.`,
    );
  }
  return read as Results;
}
