import type { RecordOverview, StoreOverview } from 'lottery-lab/laboratory';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../parts/message.js';
import type { ShownStore } from './views.js';

export interface Loaded<Value> {
  /** Null until it is there. What was there before stays while it is loaded again. */
  readonly value: Value | null;
  readonly error: string | null;
}

/**
 * What a promise brings.
 *
 * @param of what decides it, compared by identity: something else is shown as not there yet
 * @param version of the same thing: loaded again where it changes, and the old one stays until the new one is there
 */
export function useLoaded<Value>(
  load: () => Promise<Value>,
  of: readonly unknown[],
  version: unknown = null,
): Loaded<Value> {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ value: null, error: null });
  const shown = useRef<readonly unknown[] | null>(null);
  useEffect(() => {
    let isOld = false;
    if (shown.current === null || shown.current.some((one, place) => one !== of[place])) {
      shown.current = of;
      setLoaded({ value: null, error: null });
    }
    load().then(
      (value) => {
        if (!isOld) setLoaded({ value, error: null });
      },
      (error: unknown) => {
        if (!isOld) setLoaded({ value: null, error: messageOf(error) });
      },
    );
    return () => {
      isOld = true;
    };
  }, [...of, version]);
  return loaded;
}

/** A store as it is: told of changes where it can be, else looked at again when the page is. */
export function useOverview(store: ShownStore): Loaded<StoreOverview> {
  const [seen, setSeen] = useState<Loaded<StoreOverview>>({ value: null, error: null });
  useEffect(() => {
    let isOld = false;
    setSeen({ value: null, error: null });
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        const value = await store.overview();
        if (!isOld) setSeen({ value, error: null });
      } catch (error) {
        if (!isOld) setSeen({ value: null, error: messageOf(error) });
      }
    };
    void look();
    const end = store.watch?.((value) => setSeen({ value, error: null }));
    if (end === undefined) {
      addEventListener('focus', look);
      document.addEventListener('visibilitychange', look);
    }
    return () => {
      isOld = true;
      end?.();
      removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [store]);
  return seen;
}

/** Least milliseconds between two readings of the results of a record that grows. */
const PAUSE = 5000;

/** How records that are shown have grown. */
export interface Growth {
  /** Another number when what was read of them may be read again. */
  readonly version: number;
  /** As the store tells of them; empty where it tells of nothing. */
  readonly records: readonly RecordOverview[];
}

/** Follows some records of a store, so that what is shown of them grows with them. */
export function useGrowth(store: ShownStore, kind: 'run' | 'study', names: readonly string[]): Growth {
  const [growth, setGrowth] = useState<Growth>({ version: 0, records: [] });
  useEffect(() => {
    let [before, last] = ['', 0];
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      waiting = undefined;
      last = performance.now();
      setGrowth(({ version, records }) => ({ version: version + 1, records }));
    };
    const end = store.watch?.((overview) => {
      const records = overview.records.filter((record) => record.kind === kind && names.includes(record.name));
      const counts = records.map(({ cells, measurements }) => `${cells.finished} ${measurements.finished}`).join();
      setGrowth(({ version }) => ({ version, records }));
      if (before !== '' && counts !== before && waiting === undefined) {
        waiting = setTimeout(again, Math.max(0, last + PAUSE - performance.now()));
      }
      before = counts;
    });
    if (end === undefined) addEventListener('focus', again);
    return () => {
      end?.();
      clearTimeout(waiting);
      removeEventListener('focus', again);
    };
  }, [store, kind, names.join()]);
  return growth;
}
