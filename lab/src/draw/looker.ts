import type { ImageSplit } from 'lottery-lab/data';
import type { DrawReply, DrawRequest, ImageForm, TrainedNetwork } from './messages.js';

type Asked = DrawRequest extends infer Request
  ? Request extends { readonly id: number }
    ? Omit<Request, 'id'>
    : never
  : never;

/** What networks say, or what went wrong. `key` is that of the networks. */
export type Seen =
  | { readonly kind: 'seen'; readonly key: string; readonly probabilities: readonly (readonly number[])[] }
  | { readonly kind: 'compared'; readonly key: string; readonly places: readonly number[] }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Shows drawings to networks in a worker. One drawing at a time is under way: of those that come meanwhile only the last is looked at, so
 * that the answer is never more than one look behind the pen.
 */
export class Looker {
  readonly #worker: Worker;
  readonly #tell: (seen: Seen) => void;
  #key = '';
  #isBusy = false;
  #next: Uint8Array | Float32Array | null = null;
  /** Requests of before the networks were changed are not answered any more. */
  #first = 0;
  #count = 0;

  /** @param tell called with each answer */
  constructor(tell: (seen: Seen) => void) {
    this.#tell = tell;
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<DrawReply>) => this.#hear(data);
    this.#worker.onerror = ({ message }) =>
      tell({ kind: 'error', message: `the drawing could not be read: ${message}` });
  }

  /** Networks to ask from now on. @param key that answers are told with */
  show(key: string, form: ImageForm, networks: readonly TrainedNetwork[]): void {
    this.#key = key;
    this.#isBusy = false;
    this.#ask({ kind: 'networks', form, networks });
    this.#first = this.#count;
  }

  look(pixels: Uint8Array | Float32Array): void {
    // Without networks there is nobody to ask; they are shown what is drawn when they come.
    if (this.#first === 0) return;
    if (this.#isBusy) {
      this.#next = pixels;
      return;
    }
    this.#isBusy = true;
    this.#next = null;
    this.#ask({ kind: 'look', pixels });
  }

  /** Asks on which images of a test set the networks disagree. */
  compare(test: ImageSplit): void {
    if (this.#first > 0) this.#ask({ kind: 'compare', test });
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(asked: Asked): void {
    this.#worker.postMessage({ ...asked, id: ++this.#count });
  }

  #hear(reply: DrawReply): void {
    if (reply.id < this.#first || reply.kind === 'ready') return;
    if (reply.kind === 'compared') {
      this.#tell({ kind: 'compared', key: this.#key, places: reply.places });
      return;
    }
    if (reply.kind === 'error') this.#tell({ kind: 'error', message: reply.message });
    else this.#tell({ kind: 'seen', key: this.#key, probabilities: reply.probabilities });
    this.#isBusy = false;
    if (this.#next !== null) this.look(this.#next);
  }
}
