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
