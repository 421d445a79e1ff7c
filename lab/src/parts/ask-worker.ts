import { InputError } from 'lottery-lab/networks';

/** What a worker may always answer: why it could not do what it was asked. */
interface Failure {
  readonly kind: 'error';
  readonly message: string;
}

/** An answer that says how far it has come, and no more. */
interface Progress {
  readonly kind: 'progress';
}

interface AskOptions<Reply> {
  readonly transfer?: Transferable[];
  readonly onProgress?: (reply: Extract<Reply, Progress>) => void;
  /** What was asked for, as the subject of a sentence that it failed. */
  readonly what: string;
}

/**
 * Asks a worker that was started for it, and ends it when it has answered.
 *
 * @throws InputError with what the worker says is wrong, Error when it broke
 */
export function askWorker<Reply extends { readonly kind: string }>(
  worker: Worker,
  request: unknown,
  { transfer = [], onProgress, what }: AskOptions<Reply>,
): Promise<Exclude<Reply, Failure | Progress>> {
  return new Promise<Exclude<Reply, Failure | Progress>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Reply | Failure>) => {
      if (data.kind === 'progress') onProgress?.(data as Extract<Reply, Progress>);
      else if (data.kind === 'error') reject(new InputError((data as Failure).message));
      else resolve(data as Exclude<Reply, Failure | Progress>);
    };
    worker.onerror = ({ message }) => reject(new Error(`${what} failed: ${message}`));
    worker.postMessage(request, transfer);
  }).finally(() => worker.terminate());
}
