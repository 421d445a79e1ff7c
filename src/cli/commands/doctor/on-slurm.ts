import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pauseFor } from 'node:timers/promises';
import * as z from 'zod';
import { InputError } from '../../../networks/errors.js';
import { printable } from '../../../networks/printable.js';
import { isOver, SlurmClient, SlurmJobs, submitArray } from '../../../node/slurm/index.js';
import { FileStore } from '../../../node/store/index.js';
import { exitCodes } from '../../errors.js';
import { jobCommand } from '../../slurm/array.js';
import type { SlurmFlags } from '../../slurm/options.js';
import { paintFor, table } from '../../terminal.js';
import { type SampleReport, sampleReport } from './sample.js';

export interface DoctorFlags extends SlurmFlags {
  readonly store: string;
  readonly data?: string;
  readonly allowCode?: boolean;
  readonly json?: boolean;
}

/** What a report says, of what a job printed; what else is in it is not asked for. */
const reportSchema = z.object({
  host: z.string(),
  version: z.string(),
  engine: z.string(),
  processor: z.string(),
  findings: z.array(z.object({ what: z.string(), ok: z.boolean(), found: z.string() })).readonly(),
  datasets: z.array(z.string()).readonly(),
  digest: z.string(),
});

type JobReport = z.infer<typeof reportSchema>;

/** Milliseconds between two looks at the job, and how many after its end its log may take to appear here. */
const LOOK_EVERY = 1000;
const LOG_LOOKS = 60;

/** Compares this machine with one of a cluster, by a small job. @returns the exit code */
export async function doctorOnSlurm(flags: DoctorFlags, signal: AbortSignal): Promise<number> {
  // The job writes its log there, whether there was a store before or not.
  await FileStore.open(flags.store, { write: true });
  const here = await sampleReport({ ...flags, store: resolve(flags.store) });
  const there = await reportOfJob(flags, signal);
  const rows = compared(here, there);
  const isFine = rows.every(({ ok }) => ok);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ here, there, findings: rows }, null, 2)}\n`);
  } else {
    const paint = paintFor(process.stdout);
    const marked = rows.map(({ ok, what, values }) => [
      ok ? paint('green', '+') : paint('yellow', '!'),
      what,
      ...values,
    ]);
    process.stdout.write(`${table(['', '', 'here', `a job on ${printable(there.host)}`], marked, 'llll', paint)}\n`);
  }
  return isFine ? exitCodes.done : exitCodes.failed;
}

interface Comparison {
  readonly what: string;
  readonly ok: boolean;
  /** Here, and there. */
  readonly values: readonly [string, string];
}

function compared(here: SampleReport, there: JobReport): Comparison[] {
  const both = (what: string, of: (report: JobReport) => string, isOk: (one: string, other: string) => boolean) => {
    const values = [printable(of(here)), printable(of(there))] as const;
    return { what, ok: isOk(...values), values };
  };
  const same = (one: string, other: string) => one === other;
  const any = () => true;
  const finding = (name: string) => (report: JobReport) =>
    report.findings.find(({ what }) => what === name)?.found ?? '';
  const isOk = (name: string) => () => there.findings.find(({ what }) => what === name)?.ok === true;
  const setsThere = new Set(there.datasets);
  return [
    both('Lottery Lab', ({ version }) => version, same),
    both('Node', ({ engine }) => engine, isOk('Node')),
    both('processor', ({ processor }) => processor, any),
    both('kernels', (report) => finding('kernels')(report).split(',')[0], any),
    both('store', finding('store'), same),
    both(
      'data sets',
      ({ datasets }) => datasets.join(', ') || 'only those built in',
      () => here.datasets.every((name) => setsThere.has(name)),
    ),
    both(
      'digest of a cell',
      ({ digest }) => digest.slice(0, 16),
      () => here.digest === there.digest,
    ),
  ];
}

/** Has a job look at its machine. @throws InputError in Slurm's own words, or those of the job, where nothing came of it */
async function reportOfJob(flags: DoctorFlags, signal: AbortSignal): Promise<JobReport> {
  const client = new SlurmClient();
  const jobs = new SlurmJobs(resolve(flags.store), 'doctor');
  const words = ['doctor', '--sample', '--json', '--store', resolve(flags.store)];
  if (flags.data !== undefined) words.push('--data', flags.data);
  const submitted = await submitArray({ ...jobCommand(words, flags), client, jobs, tasks: 1 });
  if (submitted.kind === 'full') throw new InputError(`no job was submitted: ${submitted.reason}`);
  const { name, job } = submitted.submission;
  process.stderr.write(`Submitted job ${job}.\n`);
  const log = join(jobs.folder, `${job}_0.log`);
  try {
    const state = await waitForEnd(client, name, signal);
    const said = await logOf(log, signal);
    const report = reportIn(said);
    if (report !== null) return report;
    throw new InputError(
      said === null
        ? `job ${job} ended (${state}), but its log ${log} did not appear: is that folder shared with the cluster's machines?`
        : `job ${job} ended (${state}) without a report. It said:\n${said.trimEnd()}`,
    );
  } finally {
    await client.cancel([job as string]).catch(() => {});
    await jobs.drop(name);
    await rm(log, { force: true });
  }
}

/** Waits until a job is over, and says why it waits. @returns its state, in Slurm's words */
async function waitForEnd(client: SlurmClient, name: string, signal: AbortSignal): Promise<string> {
  let said = '';
  for (;;) {
    const [found] = await client.jobs([name]);
    if (found === undefined || isOver(found))
      return found === undefined ? 'forgotten' : `${found.state} ${found.reason}`.trim();
    if (found.reason !== said && found.reason !== '')
      process.stderr.write(`It is ${found.state}: ${printable(found.reason)}.\n`);
    said = found.reason;
    await pauseFor(LOOK_EVERY, undefined, { signal }).catch(() => {});
    if (signal.aborted) throw new InputError('stopped; the job is cancelled.');
  }
}

/** What a job wrote; null where it does not appear here. */
async function logOf(path: string, signal: AbortSignal): Promise<string | null> {
  for (let look = 0; look < LOG_LOOKS && !signal.aborted; look++) {
    const said = await readFile(path, 'utf8').catch(() => null);
    if (said !== null && (reportIn(said) !== null || look > 2)) return said;
    await pauseFor(LOOK_EVERY);
  }
  return null;
}

/** The document in what a job wrote, other lines about it. */
function reportIn(said: string | null): JobReport | null {
  const text = /^\{\n[\s\S]*^\}$/m.exec(said ?? '')?.[0];
  if (text === undefined) return null;
  try {
    const parsed = reportSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
