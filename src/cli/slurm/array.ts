import { join, resolve } from 'node:path';
import { formatCount } from '../../analysis/format.js';
import type { Task } from '../../experiments/tasks/index.js';
import { describeNetwork, type Network } from '../../networks/index.js';
import { expandHome } from '../../node/data/index.js';
import { packageRoot } from '../../node/package-root.js';
import {
  type ArrayCommand,
  type ArraySize,
  arrayScript,
  arraySize,
  type Pace,
  type SlurmJobs,
  type SlurmSettings,
  slurmSeconds,
  slurmSettings,
} from '../../node/slurm/index.js';
import { asUsage } from '../errors.js';
import type { PlaceFlags } from '../executing.js';
import { roughTime } from '../terminal.js';
import type { SlurmFlags } from './options.js';

/** What jobs are submitted with. */
export interface ArrayFlags extends PlaceFlags, SlurmFlags {
  readonly allowCode?: boolean;
}

/** How long a worker waits for others to finish what it needs, before it ends and frees its processors. */
const IDLE = '10m';

/** Variables of this process that say how cells are trained, and where data lie. */
const handedOn = ['LOTTERY_KERNELS', 'LOTTERY_HEARTBEAT', 'XDG_CACHE_HOME'] as const;

/** Variables that jobs are given, whatever of the environment a cluster hands on. */
function variables(): Record<string, string> {
  const given = handedOn.flatMap((name) => {
    const value = process.env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const data = process.env.LOTTERY_DATA;
  return {
    ...Object.fromEntries(given),
    ...(data === undefined || data === '' ? {} : { LOTTERY_DATA: resolve(expandHome(data)) }),
  };
}

/**
 * A job that executes this installation's command, by its path.
 *
 * @param words its arguments
 * @throws UsageError where a setting is wrong
 */
export function jobCommand(
  words: readonly string[],
  { store, slurm, allowCode }: Pick<ArrayFlags, 'store' | 'slurm' | 'allowCode'>,
): ArrayCommand {
  const settings = asUsage(() => slurmSettings({ store, given: slurm ?? [], allowCode: allowCode ?? false }));
  const command = [settings.node, join(packageRoot, 'dist', 'bin', 'main.js'), ...words];
  return { command, settings, variables: variables() };
}

/** An array of workers for a run or a study. @throws UsageError where a setting is wrong */
export function workerArray(record: string, flags: ArrayFlags): ArrayCommand {
  const { data, checkpoint, allowCode } = flags;
  const array = jobCommand([], flags);
  const words = [
    ...['work', record, '--store', resolve(flags.store), '--workers', String(array.settings.cpus)],
    ...['--idle', IDLE, '--checkpoint', String(checkpoint)],
    ...(data === undefined ? [] : ['--data', data]),
    ...(allowCode ? ['--allow-code'] : []),
  ];
  return { ...array, command: [...array.command, ...words] };
}

/** FLOPs a second of one processor, where nothing has been timed: less than most do, so that too many jobs are asked for, not too few. */
const USUAL_RATE = 1e10;

/** Seconds of a training of the dense network on one processor, where nothing has been timed: forward, and twice that backward. */
export function usualSeconds(network: Network, batch: number, iterations: number): number {
  const forward = describeNetwork(network).reduce((sum, { flops }) => sum + flops, 0);
  return (3 * forward * batch * iterations) / USUAL_RATE;
}

/** Seconds of a measurement's unit of cost, which nobody times: most are done in less. */
const MEASUREMENT = 1;

export interface Ahead {
  readonly tasks: readonly Task[];
  readonly present: ReadonlySet<string>;
  /** Seconds of a training of the dense network. */
  readonly seconds: number;
}

/** How many array tasks the work ahead is worth. */
export function sizeOf({ tasks, present, seconds }: Ahead, settings: SlurmSettings): ArraySize {
  const pace: Pace = { cell: seconds, measurement: MEASUREMENT };
  const { cpus: slots, most, time } = settings;
  return arraySize({ tasks, present, pace, slots, most, limit: time === undefined ? null : slurmSeconds(time) });
}

const whys: Readonly<Record<ArraySize['bound'], string>> = {
  'nothing to do': 'everything is in the store',
  'ready at once': 'as many as can be at work at once',
  'worth their start': 'more would have too little work to be worth their start',
  'no faster with more': 'more would save less than a twentieth of the time',
  most: 'the setting most allows no more',
};

/** `8 array tasks of 1 processor, ...`. */
export function sizeText({ tasks, atOnce, work, seconds, bound }: ArraySize, { cpus }: SlurmSettings): string {
  if (tasks === 0) return 'Nothing to submit: everything is in the store.';
  return `${formatCount(tasks, 'array task')} of ${formatCount(cpus, 'processor')}: ${whys[bound]}. At most ${formatCount(atOnce, 'task')} can be at work at once; about ${roughTime(work)} of one processor, ${roughTime(seconds)} once the jobs have started.`;
}

/** What would be submitted: for people, and for programs. */
export interface ArrayPlan {
  readonly text: string;
  readonly json: ArraySize & { readonly script: string };
}

/** What a run would submit, for `--dry-run`. */
export function arrayPlan(jobs: SlurmJobs, array: ArrayCommand, size: ArraySize): ArrayPlan {
  const script = arrayScript(array, jobs.newName(), Math.max(1, size.tasks), jobs.folder);
  return { text: `\n${sizeText(size, array.settings)}\n\n${script}`, json: { ...size, script } };
}
