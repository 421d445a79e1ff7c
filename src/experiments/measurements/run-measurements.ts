import { FatalError, isAbort } from '../runner.js';
import type { CellStore } from '../store.js';
import type { MeasurementStore, PlannedMeasurement } from './measurement.js';

/** Makes measurements and writes them to the store; a pool of threads, or the thread at hand. */
export interface MeasurementMaker {
  /** How many may be made at once. */
  readonly concurrency: number;
  /**
   * Makes one measurement whose cells are in the store, and keeps it there.
   *
   * @returns seconds it took
   * @throws an error named `AbortError` when the signal fired first; FatalError when no other can succeed either
   */
  measure(measurement: PlannedMeasurement, onProgress: (share: number) => void, signal: AbortSignal): Promise<number>;
}

export type MeasurementEvent =
  /** Once, at the start. `present` ones were in the store already. */
  | {
      readonly kind: 'planned';
      readonly measurements: readonly PlannedMeasurement[];
      readonly present: ReadonlySet<string>;
    }
  | { readonly kind: 'progress'; readonly measurement: PlannedMeasurement; readonly share: number }
  | { readonly kind: 'finished'; readonly measurement: PlannedMeasurement; readonly seconds: number }
  | { readonly kind: 'failed'; readonly measurement: PlannedMeasurement; readonly error: unknown }
  /** One of its cells is missing or diverged, so that there is nothing to measure. */
  | { readonly kind: 'blocked'; readonly measurement: PlannedMeasurement; readonly reason: string };

export interface MeasurementsOutcome {
  readonly made: readonly string[];
  /** Were in the store already. */
  readonly present: readonly string[];
  readonly failed: readonly { readonly measurement: PlannedMeasurement; readonly error: unknown }[];
  readonly blocked: readonly { readonly measurement: PlannedMeasurement; readonly reason: string }[];
  readonly aborted: boolean;
  /** Trouble that ended all of them before their time. */
  readonly fatal: FatalError | null;
}

export interface MeasurementsOptions {
  /** Every measurement once. */
  readonly measurements: readonly PlannedMeasurement[];
  readonly store: Pick<CellStore, 'has' | 'readSummary'> & Pick<MeasurementStore, 'hasMeasurement'>;
  readonly maker: MeasurementMaker;
  readonly onEvent?: (event: MeasurementEvent) => void;
  readonly signal?: AbortSignal;
}

/** Makes every measurement that is not in the store, as many at once as the maker can, costly ones first. */
export async function runMeasurements(options: MeasurementsOptions): Promise<MeasurementsOutcome> {
  const { measurements, store, maker, onEvent = () => {}, signal } = options;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) stop.abort();
  const made: string[] = [];
  const failed: { measurement: PlannedMeasurement; error: unknown }[] = [];
  const blocked: { measurement: PlannedMeasurement; reason: string }[] = [];
  let fatal: FatalError | null = null;

  const present = new Set<string>();
  for (const { id } of measurements) if (await store.hasMeasurement(id)) present.add(id);
  onEvent({ kind: 'planned', measurements, present });

  const waiting: PlannedMeasurement[] = [];
  const lacks = lackOf(store);
  for (const measurement of measurements) {
    if (present.has(measurement.id)) continue;
    const reason = await lacks(measurement.specification.cells);
    if (reason === null) waiting.push(measurement);
    else {
      blocked.push({ measurement, reason });
      onEvent({ kind: 'blocked', measurement, reason });
    }
  }
  waiting.sort((a, b) => b.cost - a.cost);

  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const measurement = waiting.shift();
      if (measurement === undefined) return;
      try {
        const progress = (share: number) => onEvent({ kind: 'progress', measurement, share });
        const seconds = await maker.measure(measurement, progress, stop.signal);
        made.push(measurement.id);
        onEvent({ kind: 'finished', measurement, seconds });
      } catch (error) {
        if (isAbort(error) && stop.signal.aborted) return;
        if (error instanceof FatalError) {
          fatal ??= error;
          stop.abort();
          return;
        }
        failed.push({ measurement, error });
        onEvent({ kind: 'failed', measurement, error });
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, maker.concurrency) }, worker));
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  return { made, present: [...present], failed, blocked, aborted: signal?.aborted ?? false, fatal };
}

/** Why cells cannot be measured; null when they can. Each cell is looked up once. */
function lackOf(store: MeasurementsOptions['store']): (cells: readonly string[]) => Promise<string | null> {
  const known = new Map<string, string | null>();
  const lack = async (id: string): Promise<string | null> => {
    if (!(await store.has(id))) return `cell ${id.slice(0, 12)} is not finished`;
    try {
      return (await store.readSummary(id)).status === 'done' ? null : `cell ${id.slice(0, 12)} diverged`;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return async (cells) => {
    for (const id of cells) {
      if (!known.has(id)) known.set(id, await lack(id));
      const reason = known.get(id) as string | null;
      if (reason !== null) return reason;
    }
    return null;
  };
}
