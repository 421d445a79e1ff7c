import { readRecord, type Store } from 'lottery-lab/experiments';
import { importArchive, readArchive, ViewOfStore, writeArchive } from 'lottery-lab/laboratory';
import { InputError } from 'lottery-lab/networks';
import { storeAt } from 'lottery-lab/web';
import { messageOf } from '../parts/message.js';
import { networkText } from '../parts/network-text.js';
import { addressOfRecord } from './address-of-record.js';
import { type KeepReply, type KeepRequest, type KeptExperiment, type KeptList, storeMethods } from './messages.js';

// Lists, packs and takes in experiments beside the page, which keeps its store: packing and checking take longer than a page may hang.

const post = (reply: KeepReply): void => postMessage(reply);
const progress = (text: string) => (share: number) => post({ kind: 'progress', text, share });

/** Most bytes of an archive: it is read whole. */
const MOST_PACKED = 2 ** 31 - 2 ** 20;
/** Pieces of an archive are put together in this size, which the browser may then move to the disk. */
const PART = 2 ** 24;

async function list(store: Store): Promise<KeptList> {
  const { records, problems } = await new ViewOfStore(store, 'this browser').overview();
  const experiments: KeptExperiment[] = [];
  for (const { kind, name, study, specification, dataset, cells, measurements, started, finished } of records) {
    const record = await readRecord(store, { kind, name });
    if (record === null) continue;
    const isRun = 'run' in record;
    experiments.push({
      kind,
      name,
      study,
      dataset,
      cells,
      measurements,
      started,
      finished,
      network: networkText(specification.network),
      address: isRun ? addressOfRecord(record) : null,
      ids: isRun ? record.cells.map(({ id }) => id) : record.cells,
    });
  }
  experiments.sort((a, b) => b.started.localeCompare(a.started));
  return { experiments, problems };
}

async function pack(store: Store, { names, folder }: Extract<KeepRequest, { kind: 'export' }>): Promise<Blob> {
  let all = new Blob([], { type: 'application/zip' });
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const gather = (): void => {
    all = new Blob([all, ...pieces], { type: 'application/zip' });
    pieces = [];
    size = 0;
  };
  for await (const piece of writeArchive(store, names, { folder, onProgress: progress('Packing') })) {
    pieces.push(piece as Uint8Array<ArrayBuffer>);
    size += piece.length;
    if (size > PART) gather();
  }
  gather();
  return all;
}

async function takeIn(store: Store, { file, most }: Extract<KeepRequest, { kind: 'import' }>) {
  if (file.size > MOST_PACKED) {
    throw new InputError(`${file.name} has ${file.size} bytes; at most ${MOST_PACKED} can be taken in.`);
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const archive = await readArchive(bytes, file.name, { most, onProgress: progress('Checking') });
  return importArchive(archive, store, { onProgress: progress('Keeping') });
}

addEventListener('message', async ({ data }: MessageEvent<KeepRequest>) => {
  const store = storeAt<Store>(data.store, storeMethods);
  try {
    if (data.kind === 'list') post({ kind: 'list', list: await list(store) });
    else if (data.kind === 'export') post({ kind: 'exported', archive: await pack(store, data) });
    else post({ kind: 'imported', imported: await takeIn(store, data) });
  } catch (error) {
    post({ kind: 'error', message: messageOf(error) });
  }
});
