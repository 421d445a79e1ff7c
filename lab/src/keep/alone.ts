/** What only one tab of a browser does at a time, by the browser's own locks. */

const lockOf = (run: string) => `lottery-lab/run/${run}`;
const CONTENTS = 'lottery-lab/contents';

interface AloneOptions {
  /** Called where another tab has it, before it is waited for. */
  readonly onWait: () => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Works on a run while no other tab does; waits where one does. Without locks, as in pages that are not served securely, it just works:
 * two tabs would train the same bits twice.
 *
 * @throws an error named `AbortError` when the signal fires while it waits
 */
export async function aloneWith<Result>(
  run: string,
  { onWait, signal }: AloneOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const { locks } = navigator;
  if (locks === undefined) return work();
  const isFree = await locks.request(lockOf(run), { ifAvailable: true }, async (lock) =>
    lock === null ? null : { result: await work() },
  );
  if (isFree !== null) return isFree.result;
  onWait();
  return locks.request(lockOf(run), { signal }, work);
}

/** Names of the runs that a tab trains. */
export async function runsInTraining(): Promise<ReadonlySet<string>> {
  const held = (await navigator.locks?.query())?.held ?? [];
  const prefix = lockOf('');
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Changes what is kept while no other tab takes anything in or removes anything. */
export async function aloneWithContents<Result>(work: () => Promise<Result>): Promise<Result> {
  return navigator.locks === undefined ? work() : navigator.locks.request(CONTENTS, work);
}
