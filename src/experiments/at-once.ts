/** Reads of a store that are under way at the same time: enough to hide a network's latency, few enough for open files. */
export const READS_AT_ONCE = 32;

/**
 * Maps items by an asynchronous function, so many at a time; results are in the order of the items. The first error ends
 * it.
 */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Promise<Result>,
  atOnce: number = READS_AT_ONCE,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return results;
}
