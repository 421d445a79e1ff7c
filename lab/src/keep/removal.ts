import { type RecordName, readRecord, recordsIn, type Store } from 'lottery-lab/experiments';

/** Names of the cells and measurements that a record has; null where it cannot be read. */
async function partsOf(store: Store, named: RecordName): Promise<readonly string[] | null> {
  try {
    const record = await readRecord(store, named);
    if (record === null) return [];
    return 'run' in record ? record.cells.map(({ id }) => id) : [...record.cells, ...record.measurements];
  } catch {
    return null;
  }
}

/**
 * Removes records, and the cells and measurements that no other record has: those of the records, and whatever an import that was cut
 * off has left. Nothing else is removed where a record that stays cannot be read, since it may have any of them.
 */
export async function removeRecords(store: Store, names: readonly RecordName[]): Promise<void> {
  const gone = new Set(names.map(({ kind, name }) => `${kind}/${name}`));
  const needed = new Set<string>();
  let areKnown = true;
  const checkpoints = new Set<string>();
  for (const named of await recordsIn(store)) {
    const parts = await partsOf(store, named);
    if (gone.has(`${named.kind}/${named.name}`)) for (const id of parts ?? []) checkpoints.add(id);
    else if (parts === null) areKnown = false;
    else for (const id of parts) needed.add(id);
  }
  // Records go first: cells without a record are removed next time, a record without its cells would look unfinished.
  for (const named of names) await store.setAside(named);
  if (!areKnown) return;
  for (const id of await store.list()) if (!needed.has(id)) await store.setAside({ kind: 'cell', name: id });
  for (const id of await store.listMeasurements()) {
    if (!needed.has(id)) await store.setAside({ kind: 'measurement', name: id });
  }
  for (const id of checkpoints) if (!needed.has(id)) await store.dropCheckpoint(id);
}
