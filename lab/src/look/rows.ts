import type { RecordOverview } from 'lottery-lab/laboratory';
import { clockText } from '../parts/clock.js';
import { networkText } from '../parts/network-text.js';

/** A run or a study as a row of a list. */
export interface RecordRow {
  readonly kind: 'run' | 'study';
  readonly name: string;
  /** `run`, or the name of the study. */
  readonly what: string;
  readonly status: string;
  /** For colours and order: what is at work first. */
  readonly state: 'working' | 'failed' | 'damaged' | 'stopped' | 'done';
  /** Of its trainings, 0 to 1. */
  readonly share: number;
  readonly network: string;
  readonly data: string;
  readonly trials: number;
  readonly levels: number;
  /** ISO 8601, UTC: when it was finished, or begun where it is not. */
  readonly when: string;
}

const percent = (share: number): string => `${Math.floor(100 * share)}%`;

/** How far a record is, in words. */
function statusOf(record: RecordOverview): Pick<RecordRow, 'status' | 'state' | 'share'> {
  const { cells, measurements, running, failed, secondsLeft } = record;
  const all = cells.all + measurements.all;
  const finished = cells.finished + measurements.finished;
  // Every record plans something, unless its settings cannot be planned any more.
  if (all === 0) return { status: 'damaged: it cannot be planned', state: 'damaged', share: 0 };
  const share = (finished + running.reduce((sum, task) => sum + task.share, 0)) / all;
  const broken = failed.length === 0 ? '' : `, ${failed.length} failed`;
  if (finished === all) return { status: 'done', state: 'done', share: 1 };
  if (running.length > 0) {
    const left = secondsLeft === null ? '' : `, about ${clockText(secondsLeft)} left`;
    return { status: `at work: ${percent(share)}${left}${broken}`, state: 'working', share };
  }
  if (failed.length > 0)
    return { status: `failed at ${percent(share)}: ${failed.length} of ${all} tasks`, state: 'failed', share };
  return { status: finished === 0 ? 'not begun' : `stopped at ${percent(share)}`, state: 'stopped', share };
}

export function rowOf(record: RecordOverview): RecordRow {
  const { specification, dataset, study } = record;
  return {
    kind: record.kind,
    name: record.name,
    what: study ?? 'run',
    ...statusOf(record),
    network: networkText(specification.network),
    data: dataset.name,
    trials: specification.trials,
    levels: specification.levels,
    when: record.finished ?? record.started,
  };
}

export const columns = ['name', 'what', 'status', 'network', 'data', 'trials', 'levels', 'when'] as const;
export type Column = (typeof columns)[number];

const states = ['working', 'failed', 'damaged', 'stopped', 'done'] as const;

/** Rows by a column; equal ones by name. */
export function sorted(rows: readonly RecordRow[], by: Column, descending: boolean): readonly RecordRow[] {
  const sign = descending ? -1 : 1;
  const collator = new Intl.Collator('en', { numeric: true });
  const order = (a: RecordRow, b: RecordRow): number => {
    if (by === 'status') return states.indexOf(a.state) - states.indexOf(b.state) || b.share - a.share;
    if (by === 'trials' || by === 'levels') return a[by] - b[by];
    return by === 'when' ? (a.when < b.when ? -1 : Number(a.when > b.when)) : collator.compare(a[by], b[by]);
  };
  return [...rows].sort((a, b) => sign * order(a, b) || collator.compare(a.name, b.name));
}

/** Rows that have every word of a text somewhere. */
export function filtered(rows: readonly RecordRow[], text: string): readonly RecordRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return rows;
  return rows.filter(({ name, what, status, network, data }) => {
    const all = `${name} ${what} ${status} ${network} ${data}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** `2026-11-28 04:12`, in the reader's time. */
export function timeText(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
