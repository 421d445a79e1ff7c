import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mapAtOnce } from '../../../experiments/at-once.js';
import type { Worker } from '../../../experiments/tasks/claims.js';
import { asideName } from '../durably.js';
import { layout } from '../layout.js';
import { workersIn } from './sweep.js';
import { hasEnded, readWorker } from './worker-file.js';

/** Processes that are at work on a store, as those see them who only look. */
export async function workersAtWork(store: string): Promise<Worker[]> {
  const names = await workersIn(store);
  if (names.length === 0) return [];
  const now = await fileTime(store);
  const seen = await mapAtOnce(names, (name) => readWorker(store, name));
  return seen.flatMap((worker): Worker[] => {
    if (worker.kind !== 'seen' || hasEnded(worker, now)) return [];
    const { worker: name, host, pid, version, threads, job, started, until, tasks } = worker.state;
    const silent = Math.max(0, (now - worker.written) / 1000);
    return [{ name, host, pid, version, threads, job, started, until, silent, tasks }];
  });
}

/** Milliseconds since 1970 by the clock of the file system; by this machine's where nothing can be written. */
async function fileTime(store: string): Promise<number> {
  const probe = join(layout.aside(store), asideName());
  try {
    await writeFile(probe, '');
    return (await stat(probe)).mtimeMs;
  } catch {
    return Date.now();
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}
