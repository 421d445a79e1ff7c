import type { Dataset } from 'lottery-lab/data';
import type { RunSpecification } from 'lottery-lab/experiments';
import { InputError } from 'lottery-lab/networks';
import type { DataReply, DataRequest, KeptData } from './messages.js';

type Asked = DataRequest extends infer Request
  ? Request extends { readonly id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

let worker: Worker | null = null;
const waiting = new Map<number, (reply: DataReply) => void>();
let count = 0;

function ask(asked: Asked): Promise<DataReply> {
  if (worker === null) {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<DataReply>) => {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    };
    worker.onerror = ({ message }) => {
      for (const [id, tell] of waiting) tell({ id, kind: 'error', message: `the data could not be made: ${message}` });
      waiting.clear();
    };
  }
  const id = ++count;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ ...asked, id });
  });
}

/** The data set made last: most changes of an experiment are of something else. */
let last: { readonly key: string; readonly dataset: Promise<Dataset> } | null = null;

/** The data of a specification, drawn or of files that were dropped. @throws InputError that says what to do where they are not here */
export function datasetOf({ data }: Pick<RunSpecification, 'data'>): Promise<Dataset> {
  const key = JSON.stringify(data);
  if (last?.key === key) return last.dataset;
  const dataset = make(data);
  last = { key, dataset };
  // What is missing now may be dropped in a moment.
  dataset.catch(() => {
    if (last?.key === key) last = null;
  });
  return dataset;
}

async function make(data: RunSpecification['data']): Promise<Dataset> {
  const reply = await ask({ kind: 'make', data });
  if (reply.kind === 'dataset') return reply.dataset;
  throw new InputError(reply.kind === 'error' ? reply.message : 'the data could not be made.');
}

/** Keeps dropped files in this browser. @throws InputError that says what is wrong with them */
export async function keepFiles(files: readonly File[]): Promise<KeptData> {
  const reply = await ask({ kind: 'keep', files });
  last = null;
  if (reply.kind === 'kept') return reply.kept;
  throw new InputError(reply.kind === 'error' ? reply.message : 'the files could not be kept.');
}
