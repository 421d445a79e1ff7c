import type { ServerResponse } from 'node:http';
import { toWire } from '../../laboratory/index.js';
import { pageHeaders } from './headers.js';

/** Milliseconds between two looks, at least, and between signs of life to whoever listens. */
const LOOK_EVERY = 1000;
const BEAT_EVERY = 15_000;
/** Share of the time that is spent on looking, at most: a very large store is looked at less often. */
const SHARE = 0.25;

/** Looks at something as long as anybody listens, and tells listeners, as server-sent events, whenever it is another. */
export class Watch {
  readonly #look: () => Promise<unknown>;
  readonly #say: (error: unknown) => string;
  readonly #listeners = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** The last event, as it was sent. */
  #last: string | null = null;

  /** @param say what to tell listeners of an error */
  constructor(look: () => Promise<unknown>, say: (error: unknown) => string) {
    this.#look = look;
    this.#say = say;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Keeps a response open, and tells it of every change. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      ...pageHeaders,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.write('retry: 2000\n\n');
    if (this.#last !== null) response.write(this.#last);
    this.#listeners.add(response);
    response.on('close', () => {
      this.#listeners.delete(response);
      if (this.#listeners.size === 0) this.#rest();
    });
    this.#beat ??= setInterval(() => this.#tell(': at work\n\n'), BEAT_EVERY);
    if (this.#timer === undefined && !this.#isLooking) void this.#turn();
  }

  /** Ends all streams. */
  close(): void {
    for (const response of this.#listeners) response.end();
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#beat);
    this.#timer = undefined;
    this.#beat = undefined;
    // Whoever comes next is told what is so then.
    this.#last = null;
  }

  async #turn(): Promise<void> {
    this.#isLooking = true;
    this.#timer = undefined;
    const began = performance.now();
    let event: string;
    try {
      event = `event: overview\ndata: ${toWire(await this.#look())}\n\n`;
    } catch (error) {
      event = `event: trouble\ndata: ${toWire({ error: this.#say(error) })}\n\n`;
    }
    this.#isLooking = false;
    if (this.#listeners.size === 0) return;
    if (event !== this.#last) {
      this.#last = event;
      this.#tell(event);
    }
    const took = performance.now() - began;
    this.#timer = setTimeout(() => void this.#turn(), Math.max(LOOK_EVERY, took / SHARE));
  }

  #tell(text: string): void {
    for (const response of this.#listeners) response.write(text);
  }
}
