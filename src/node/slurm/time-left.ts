import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { slurmEnvironment } from './client.js';

const run = promisify(execFile);

export interface TimeLeftOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds since 1970; default: `Date.now`. */
  readonly now?: () => number;
  /** What `scontrol show job --oneliner` says of a job; default: the cluster's own. */
  readonly showJob?: (id: string) => Promise<string>;
}

/**
 * Seconds until the time limit of the Slurm job that this process belongs to: from `SLURM_JOB_END_TIME`, which newer versions of
 * Slurm set, else from the controller. Null outside of Slurm, where a job has no limit, and where nobody answers.
 */
export async function timeLeft({
  environment = process.env,
  now = Date.now,
  showJob = (id) => show(id, environment),
}: TimeLeftOptions = {}): Promise<number | null> {
  const { SLURM_JOB_ID: id, SLURM_JOB_END_TIME: end } = environment;
  if (id === undefined || !/^\d+$/.test(id)) return null;
  if (end !== undefined && /^\d+$/.test(end)) return Number(end) - now() / 1000;
  let said: string;
  try {
    said = await showJob(id);
  } catch {
    return null;
  }
  // Local time, without a zone; Unknown or NONE where there is no limit.
  const stated = /\bEndTime=(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\b/.exec(said)?.[1];
  return stated === undefined ? null : (new Date(stated).getTime() - now()) / 1000;
}

async function show(id: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const options = { env: slurmEnvironment(environment), timeout: 30_000, killSignal: 'SIGKILL' } as const;
  return (await run('scontrol', ['show', 'job', '--oneliner', id], options)).stdout;
}

/** Seconds before its limit at which a job stops by itself, and the share of a short limit: what leaving checkpoints may take. */
const RESERVE = 60;
const RESERVE_SHARE = 0.1;

/** Seconds for which work may go on, so that checkpoints are left before the time limit of the job it belongs to; null as `timeLeft`. */
export async function workTimeLeft(options: TimeLeftOptions = {}): Promise<number | null> {
  const left = await timeLeft(options);
  return left === null ? null : Math.max(0, left - Math.min(RESERVE, left * RESERVE_SHARE));
}

/** The Slurm job that this process belongs to, `12_3` within an array; null where it belongs to none. */
export function ownJob({ SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_JOB_ID } = process.env): string | null {
  if (SLURM_ARRAY_JOB_ID !== undefined && SLURM_ARRAY_TASK_ID !== undefined) {
    return `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}`;
  }
  return SLURM_JOB_ID ?? null;
}
