import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Timing } from './protocol.js';

/**
 * Watches the machine while it is timed. Three things show that something else ran: a block's CPU time falls short of its
 * wall time (it was interrupted), processors were busy with what is not ours (they share caches, memory and clock with us
 * even on other cores), and a hypervisor gave the processor to another machine (steal).
 */

/** Processor time of the whole machine since it started, in milliseconds, summed over cores. */
export interface MachineTimes {
  readonly at: number;
  readonly busy: number;
  /** Time in which a hypervisor ran something else, where the system counts it, else null. */
  readonly steal: number | null;
  readonly cores: number;
}

/** Reads the system's own clocks. */
export function readMachine(): MachineTimes {
  const all = cpus();
  const busy = all.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { at: performance.now(), busy, steal: readSteal(), cores: all.length };
}

/** The eighth number of the first line of /proc/stat, in ticks of 10 ms (proc(5)). */
function readSteal(): number | null {
  try {
    const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/);
    return ticks.length > 7 ? 10 * Number(ticks[7]) : null;
  } catch {
    return null;
  }
}

/** The load average of the last minute; zero on systems that have none. */
export const readLoad = (): number => loadavg()[0];

/** What happened on the machine between two readings. */
export interface Watched {
  /** Cores busy with what is not the benchmark, on average. */
  readonly others: number;
  /** Stolen time as a share of the processor time that the benchmark had. */
  readonly steal: number;
}

/** The system counts the time of a whole machine in ticks of 10 ms: what three of them may be wrong by is nobody's. */
const TICKS_MS = 30;

/** @param own processor time of the benchmark and its engines between the readings, in milliseconds */
export function watchedBetween(before: MachineTimes, after: MachineTimes, own: number): Watched {
  const elapsed = after.at - before.at;
  return {
    others: Math.max(0, (after.busy - before.busy - own - TICKS_MS) / elapsed),
    steal: after.steal === null || before.steal === null ? 0 : (after.steal - before.steal) / Math.max(own, 1),
  };
}

/** A block that lost more than this share of its wall time was interrupted. */
export const LOST = 0.03;

/** Others may use a fifth of a core, or a fiftieth of all cores where that is more. */
export const othersAllowed = (cores: number): number => Math.max(0.2, cores / 50);

/** Stolen time allowed, as a share of our own. */
export const STOLEN = 0.02;

/** Whether a block was interrupted: it waited for a processor. */
export function wasInterrupted({ wall, cpu }: Timing): boolean {
  return cpu < (1 - LOST) * wall;
}

/** Whether a round was disturbed by what else the machine did. */
export function wasDisturbed({ others, steal }: Watched, cores: number): boolean {
  return others > othersAllowed(cores) || steal > STOLEN;
}
