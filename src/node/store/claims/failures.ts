import { readdir, readFile, rm } from 'node:fs/promises';
import * as z from 'zod';
import { mapAtOnce } from '../../../experiments/at-once.js';
import { layout } from '../layout.js';
import { replaceFile } from '../replace-file.js';

/** What processes failed at, a file each in `failures/`, until somebody tries again. */

const failureSchema = z.object({ label: z.string(), message: z.string() });

export type Failure = z.infer<typeof failureSchema>;

/** @throws the file system's error */
export function writeFailure(store: string, id: string, failure: Failure): Promise<void> {
  return replaceFile(layout.failure(store, id), JSON.stringify({ format: 1, ...failure }), layout.aside(store));
}

/** What went wrong, from a failure's file. */
export async function failureIn(path: string): Promise<string> {
  try {
    const read = failureSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (read.success) return read.data.message;
  } catch {
    // Said below.
  }
  return 'another process failed at it; what it said cannot be read';
}

/** Everything that failed, by the task's name. */
export async function failuresIn(store: string): Promise<Map<string, string>> {
  const names: readonly string[] = await readdir(layout.failures(store)).catch(() => []);
  const ids = names.flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
  return new Map(await mapAtOnce(ids, async (id) => [id, await failureIn(layout.failure(store, id))] as const));
}

/** Forgets that some tasks failed: they are to be tried again. */
export async function forgetFailures(store: string, ids: ReadonlySet<string>): Promise<void> {
  const failed = [...(await failuresIn(store)).keys()].filter((id) => ids.has(id));
  await mapAtOnce(failed, (id) => rm(layout.failure(store, id), { force: true }));
}
