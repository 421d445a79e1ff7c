import { join } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import { isOver, type SlurmClient, SlurmError } from './client.js';
import type { SlurmJobs, Submission } from './jobs.js';
import { batchScript, literalPath } from './script.js';
import type { SlurmSettings } from './settings.js';

/** What a job array executes. */
export interface ArrayCommand {
  /** A program by its path and its arguments. */
  readonly command: readonly string[];
  readonly settings: SlurmSettings;
  /** Variables that the command is to see. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface SubmitRequest extends ArrayCommand {
  readonly client: Pick<SlurmClient, 'submit' | 'jobs' | 'limits'>;
  readonly jobs: SlurmJobs;
  /** Array tasks wanted. */
  readonly tasks: number;
  /** Waits so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export type Submitted =
  | { readonly kind: 'submitted'; readonly submission: Submission & { readonly tasks: number } }
  /** The cluster takes none now: it has as many of this person's jobs as it allows. */
  | { readonly kind: 'full'; readonly reason: string };

/** Milliseconds between looks for a job whose number was not learned; after the last it counts as not submitted. */
const LOOKS = [1000, 2000, 4000, 8000, 15_000];

/** The script of an array, as it would be submitted. */
export function arrayScript(
  { command, settings, variables }: ArrayCommand,
  name: string,
  tasks: number,
  folder: string,
) {
  return batchScript({ name, settings, tasks, log: join(literalPath(folder), '%A_%a.log'), command, variables });
}

/**
 * Submits a job array, of fewer tasks where the cluster does not take as many. Where sbatch gives no answer the job is looked for by
 * its name, since the controller may have taken it all the same.
 *
 * @throws SlurmError where it is refused, or nobody answers; in the latter case the job may appear later, and is then among those
 *   that were submitted
 */
export async function submitArray(request: SubmitRequest): Promise<Submitted> {
  const { client, jobs, pause = pauseFor } = request;
  const name = jobs.newName();
  let tasks = Math.min(request.tasks, (await client.limits()).arrayTasks);
  for (;;) {
    await jobs.writeScript(name, arrayScript(request, name, tasks, jobs.folder));
    const asked = { name, job: null, tasks, submitted: new Date().toISOString(), isCancelled: false };
    await jobs.write(asked);
    try {
      const job = await client.submit(jobs.scriptOf(name));
      return await submitted(jobs, { ...asked, job });
    } catch (error) {
      if (!(error instanceof SlurmError)) throw error;
      if (error.trouble === 'away') {
        const job = await jobNamed(name, client, pause);
        if (job === null) throw error;
        return await submitted(jobs, { ...asked, job });
      }
      if (error.trouble !== 'limit' || tasks === 1) await jobs.drop(name);
      if (error.trouble !== 'limit') throw error;
      if (tasks === 1) return { kind: 'full', reason: error.message };
      tasks = Math.floor(tasks / 2);
    }
  }
}

async function submitted(jobs: SlurmJobs, submission: Submission & { readonly tasks: number }): Promise<Submitted> {
  await jobs.write(submission);
  return { kind: 'submitted', submission };
}

/** The number of a job by its name; null where the controller knows none, or does not answer. */
async function jobNamed(
  name: string,
  client: Pick<SlurmClient, 'jobs'>,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<string | null> {
  for (const milliseconds of LOOKS) {
    await pause(milliseconds);
    try {
      const found = await client.jobs([name]);
      if (found.length > 0) return (found.find((job) => !isOver(job)) ?? found[0]).job;
    } catch (error) {
      if (!(error instanceof SlurmError && error.trouble === 'away')) throw error;
    }
  }
  return null;
}
