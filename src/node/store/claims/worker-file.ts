import { type FileHandle, open } from 'node:fs/promises';
import * as z from 'zod';
import { isAlive } from '../durably.js';
import { layout } from '../layout.js';
import { processStart, thisMachine } from './machine.js';

/**
 * What a process that works on a store says of itself in `workers/`, anew at every sign of life. Its age is that of the
 * file, by the clock of the file system: no machine's own clock decides anything.
 */

/** A task that a worker has. */
const taskSchema = z.object({
  id: z.string(),
  kind: z.enum(['cell', 'measurement']),
  label: z.string().max(500),
  fence: z.int().gte(1),
  /** ISO 8601, by the worker's clock. */
  since: z.string(),
  /** Share that is done, 0 to 1. */
  share: z.number().gte(0).lte(1),
});

const workerSchema = z.object({
  format: z.literal(1),
  worker: z.string(),
  host: z.string(),
  /** Tells machines, and what on one machine does not see each other's processes, apart. */
  machine: z.string(),
  pid: z.int().gte(1),
  /** When the process started, as the system counts; empty where it does not say. */
  born: z.string(),
  version: z.string(),
  threads: z.int().gte(1),
  job: z.string().nullable(),
  /** ISO 8601, by the worker's clock. */
  started: z.string(),
  /** ISO 8601, by the worker's clock: when it is to end by itself; null: when nothing is left. */
  until: z.string().nullable(),
  /** Seconds without a sign of life after which its claims lapse. */
  lapse: z.number().gt(0),
  tasks: z.array(taskSchema),
});

export type WorkerTask = z.infer<typeof taskSchema>;
export type WorkerState = z.infer<typeof workerSchema>;

/** A worker's file, and when it was written by the clock of the file system, in milliseconds. */
export interface WorkerSeen {
  readonly state: WorkerState;
  readonly written: number;
}

/** Seconds between two signs of life. */
export const HEARTBEAT = 10;
/** Signs of life that may be missed before a claim lapses: two minutes, twice as long as NFS may remember a name. */
export const MISSED = 12;

/** Seconds between two signs of life: LOTTERY_HEARTBEAT, else ten. */
export function heartbeatSeconds(given = process.env.LOTTERY_HEARTBEAT): number {
  const seconds = Number(given);
  return given !== undefined && Number.isFinite(seconds) && seconds >= 0.05 && seconds <= 3600 ? seconds : HEARTBEAT;
}

/** What is in a worker's place. */
export type WorkerRead =
  | ({ readonly kind: 'seen' } & WorkerSeen)
  /** It ended, or another process cleared it away for dead. */
  | { readonly kind: 'absent' }
  /** Nothing can be said of it now. */
  | { readonly kind: 'unreadable' };

export async function readWorker(store: string, worker: string): Promise<WorkerRead> {
  const path = layout.worker(store, worker);
  let handle: FileHandle | undefined;
  try {
    // Opening asks a network's file system anew; a handle sees text and time of one and the same file.
    handle = await open(path, 'r');
    const { mtimeMs } = await handle.stat();
    const read = workerSchema.safeParse(JSON.parse(await handle.readFile('utf8')));
    if (!read.success || read.data.worker !== worker) return { kind: 'unreadable' };
    return { kind: 'seen', state: read.data, written: mtimeMs };
  } catch (error) {
    return { kind: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable' };
  } finally {
    await handle?.close();
  }
}

/**
 * Whether a worker is known to have ended: a process of this machine that does not run any more, or one that has given no
 * sign of life for as long as it said.
 *
 * @param now by the clock of the file system, in milliseconds
 */
export function hasEnded({ state, written }: WorkerSeen, now: number): boolean {
  if (now - written > state.lapse * 1000) return true;
  if (state.machine !== thisMachine()) return false;
  return !isAlive(state.pid) || (state.born !== '' && processStart(state.pid) !== state.born);
}
