import { ScheduledGraph, type ScheduledTask } from './schedule.js';

/** Seconds of a unit of cost, by kind of task: a cell's is a training of the dense network. */
export interface Pace {
  readonly cell: number;
  readonly measurement: number;
}

export interface SizeRequest {
  /** Every task of the graph once, parents before children. */
  readonly tasks: readonly ScheduledTask[];
  /** Names of those that are in the store. */
  readonly present: ReadonlySet<string>;
  readonly pace: Pace;
  /** Tasks that an array task executes at once: its processors. */
  readonly slots: number;
  /** Seconds after which an array task ends; null or absent: no limit. */
  readonly limit?: number | null | undefined;
  /** The most array tasks. */
  readonly most: number;
  /** Seconds of work that make the start of an array task worth its while; default: five minutes. */
  readonly worth?: number;
}

/** How many array tasks to submit, and why. */
export interface ArraySize {
  readonly tasks: number;
  /** The most tasks of the graph that are ever executed at once. */
  readonly atOnce: number;
  /** Work ahead, in seconds of one slot. */
  readonly work: number;
  /** Seconds until all is done with so many array tasks, once they have started. */
  readonly seconds: number;
  /** What keeps the number from being larger. */
  readonly bound: 'nothing to do' | 'ready at once' | 'worth their start' | 'no faster with more' | 'most';
}

/** Seconds of work that make a start worth its while: Slurm takes some seconds for one, and reading the data may take more. */
const WORTH = 300;

/** More array tasks than this share of the shortest time can be saved by are not asked for. */
const SAVED = 0.05;

/**
 * How many array tasks a graph of tasks is worth: never more than its tasks can occupy at once, than each has some minutes of work,
 * or than shorten the whole; ended ones are not counted.
 */
export function arraySize(request: SizeRequest): ArraySize {
  const { tasks, present, pace, slots, limit, most, worth = WORTH } = request;
  const ahead = tasks.filter(({ id }) => !present.has(id));
  const secondsOf = ({ kind, cost }: ScheduledTask) => cost * pace[kind];
  const work = ahead.reduce((sum, task) => sum + secondsOf(task), 0);
  if (ahead.length === 0) return { tasks: 0, atOnce: 0, work: 0, seconds: 0, bound: 'nothing to do' };
  const graph = new ScheduledGraph(ahead, secondsOf);
  const atOnce = graph.simulate(Number.POSITIVE_INFINITY).busiest;
  const bounds = [
    ['ready at once', Math.ceil(atOnce / slots)],
    ['worth their start', Math.max(1, Math.floor(work / (slots * Math.min(worth, limit ?? worth))))],
    ['most', most],
  ] as const;
  const [bound, largest] = bounds.reduce((least, other) => (other[1] < least[1] ? other : least));
  const secondsWith = (count: number) => graph.simulate(count * slots).seconds;
  const shortest = secondsWith(largest);
  const enough = leastThat((count) => secondsWith(count) <= shortest * (1 + SAVED), largest);
  return {
    tasks: enough,
    atOnce,
    work,
    seconds: secondsWith(enough),
    bound: enough < largest ? 'no faster with more' : bound,
  };
}

/** The least number from 1 to `largest` of which something is so that is so of `largest`, where it stays so once it is. */
function leastThat(isSo: (count: number) => boolean, largest: number): number {
  let [low, high] = [1, largest];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
