import { formatCount } from '../../../analysis/format.js';
import type { Worker } from '../../../experiments/tasks/index.js';
import type { RecordState, RunningTask, StateCounts } from '../../../laboratory/index.js';
import { printable } from '../../../networks/printable.js';
import { grouped, type Output, paintFor, percent, roughTime, table } from '../../terminal.js';

/** What `lottery status` shows. */
export interface StoreStatus {
  readonly store: string;
  readonly records: readonly RecordState[];
  readonly workers: readonly Worker[];
  /** Records that cannot be read or planned, and why. */
  readonly problems: readonly string[];
}

export interface StatusTextOptions {
  /** Whether records were asked for by name. */
  readonly isNamed: boolean;
  readonly output: Output;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Running tasks that are listed, at most. */
const MOST_RUNNING = 30;

/** A store's state for people. */
export function statusText(
  { store, records, workers, problems }: StoreStatus,
  { isNamed, output, now }: StatusTextOptions,
): string {
  const paint = paintFor(output);
  const parts: string[] = [];
  if (records.length === 0) {
    parts.push(
      isNamed
        ? 'Nothing of these can be shown.'
        : `Everything in ${store} is finished (lottery list runs, lottery list studies).`,
    );
  } else {
    const rows = records.map((record) => [record.name, ...countCells(record), timeLeft(record)]);
    parts.push(table(['', 'finished', 'running', 'ready', 'waiting', 'failed', 'time left'], rows, 'lrrrrrl', paint));
  }
  const running = records.flatMap((record) => record.running);
  if (running.length > 0) {
    const shown = running.slice(0, MOST_RUNNING).map((task) => runningRow(task, now));
    const more = running.length > MOST_RUNNING ? `\nand ${running.length - MOST_RUNNING} more` : '';
    parts.push(`${table(['running', 'done', 'for', 'by', ''], shown, 'lrlll', paint)}${more}`);
  }
  const idle = workers.filter(({ tasks }) => tasks.length === 0);
  if (idle.length > 0) parts.push(`Without a task now: ${idle.map(nameOf).join(', ')}.`);
  const failed = records.flatMap((record) => record.failed);
  if (failed.length > 0) {
    const rows = failed.slice(0, 10).map(({ label, message }) => `  ${printable(`${label}: ${message}`)}`);
    if (failed.length > 10) rows.push(`  and ${failed.length - 10} more`);
    parts.push(
      `${paint('red', `${formatCount(failed.length, 'task')} failed; the next process that comes tries again:`)}\n${rows.join('\n')}`,
    );
  }
  const stalled = records.filter(
    ({ running: at, cells, measurements }) => at.length === 0 && cells.ready + measurements.ready > 0,
  );
  if (stalled.length > 0 && workers.length === 0) parts.push('Nobody is at work: lottery work takes what is ready.');
  for (const problem of problems) parts.push(`${paint('red', 'problem:')} ${printable(problem)}`);
  return parts.join('\n\n');
}

/** Of cells and, where there are any, measurements: `12/69 + 3/40`. */
function countCells({ cells, measurements }: RecordState): string[] {
  const both = (of: (counts: StateCounts) => string) =>
    measurements.all === 0 ? of(cells) : cells.all === 0 ? of(measurements) : `${of(cells)} + ${of(measurements)}`;
  return [
    both(({ finished, all }) => `${grouped(finished)}/${grouped(all)}`),
    both(({ running }) => grouped(running)),
    both(({ ready }) => grouped(ready)),
    both(({ waiting }) => grouped(waiting)),
    both(({ failed }) => grouped(failed)),
  ];
}

function timeLeft({ secondsLeft, threadSeconds, threads }: RecordState): string {
  if (threadSeconds === 0) return '';
  if (secondsLeft !== null) return `about ${roughTime(secondsLeft)} on ${formatCount(threads, 'thread')}`;
  return threadSeconds === null ? '' : `about ${roughTime(threadSeconds)} of one thread`;
}

function runningRow({ label, share, since, worker }: RunningTask, now: number): string[] {
  const seconds = (now - Date.parse(since)) / 1000;
  const silence = worker.silent > 60 ? `silent for ${roughTime(worker.silent)}` : '';
  // A machine whose clock is elsewhere says nothing of use.
  const time = seconds >= 0 && seconds < 30 * 86400 ? roughTime(seconds) : '';
  return [printable(label), percent(share, 0), time, nameOf(worker), silence];
}

const nameOf = ({ host, pid, job }: Pick<Worker, 'host' | 'pid' | 'job'>) =>
  printable(`${host} (process ${pid}${job === null ? '' : `, job ${job}`})`);
