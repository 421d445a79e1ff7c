import type { RecordName, Store } from 'lottery-lab/experiments';
import type { Imported } from 'lottery-lab/laboratory';
import { serveStore } from 'lottery-lab/web';
import { askWorker } from '../parts/ask-worker.js';
import { aloneWithContents } from './alone.js';
import { spaceOf } from './database.js';
import { type KeepReply, type KeepRequest, type KeptList, storeMethods } from './messages.js';

/** Told how far something has come: what is done, and the share that is done, 0 to 1. */
export type OnProgress = (text: string, share: number) => void;

/** Most bytes that an archive may unpack to, whatever room there is. */
const MOST_UNPACKED = 2 ** 32;

type Question = KeepRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'store'> : never) : never;

type Answered = Exclude<KeepReply, { kind: 'error' | 'progress' }>;

/** Asks a worker of its own, which ends with its answer. */
function ask(store: Store, question: Question, onProgress: OnProgress): Promise<Answered> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const { port1, port2 } = new MessageChannel();
  serveStore(store, port1, storeMethods);
  const options = {
    transfer: [port2],
    onProgress: ({ text, share }: Extract<KeepReply, { kind: 'progress' }>) => onProgress(text, share),
    what: 'This',
  };
  return askWorker<KeepReply>(worker, { ...question, store: port2 }, options).finally(() => port1.close());
}

const quiet = (): void => {};

/** What is kept in a store. */
export async function listKept(store: Store): Promise<KeptList> {
  return ((await ask(store, { kind: 'list' }, quiet)) as Extract<KeepReply, { kind: 'list' }>).list;
}

/** Experiments as a zip archive, which unpacks as a folder that is a store. */
export async function exportKept(
  store: Store,
  names: readonly RecordName[],
  folder: string,
  onProgress: OnProgress = quiet,
): Promise<Blob> {
  const reply = await ask(store, { kind: 'export', names, folder }, onProgress);
  return (reply as Extract<KeepReply, { kind: 'exported' }>).archive;
}

/** Takes in an archive, whole or not at all. @throws InputError that says which file in it is wrong, and why */
export async function importKept(store: Store, file: File, onProgress: OnProgress = quiet): Promise<Imported> {
  const { quota, usage } = await spaceOf();
  const room = quota === undefined || usage === undefined ? MOST_UNPACKED : quota - usage;
  const most = Math.min(MOST_UNPACKED, room);
  const reply = await aloneWithContents(() => ask(store, { kind: 'import', file, most }, onProgress));
  return (reply as Extract<KeepReply, { kind: 'imported' }>).imported;
}
