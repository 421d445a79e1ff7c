/**
 * Long work on a thread that others need too: a page, a worker that must hear that it is to stop. Work goes on for a while,
 * then lets the event loop have its turn. Time decides when that is, and nothing else.
 */

/** Milliseconds of work between two turns of the event loop. */
const WORK = 10;

/** One turn of the event loop: messages and timers that are due are dealt with before it resolves. */
export function eventLoopTurn(): Promise<void> {
  // Node, where it costs a microsecond. A timeout of 0 would cost a browser 4 ms each.
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(() => resolve()));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** When the event loop last had its turn, and whether the work was called off since. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether the work was called off. */
  get aborted(): boolean {
    return this.#signal?.aborted ?? false;
  }

  /**
   * To be awaited between pieces of work. Lets the event loop have its turn if the last was some time ago.
   *
   * @returns whether it had one
   */
  async take(): Promise<boolean> {
    if (performance.now() - this.#last < WORK) return false;
    await eventLoopTurn();
    this.#last = performance.now();
    return true;
  }
}

/**
 * How many steps of something make a piece of work that is short beside a turn, learned from how long pieces take. The
 * steps are the same whatever the pieces are.
 */
export class Pieces {
  #steps: number;

  /** @param flops floating-point operations of a step, for the first piece */
  constructor(flops: number) {
    this.#steps = Math.max(1, Math.floor(FIRST / Math.max(1, flops)));
  }

  /**
   * Does one piece.
   *
   * @param most steps that are left
   * @param work does so many steps
   * @returns how many were done
   */
  do(most: number, work: (steps: number) => void): number {
    const steps = Math.min(most, this.#steps);
    const began = performance.now();
    work(steps);
    const taken = performance.now() - began;
    // A piece that was cut short says little of how many steps would fit.
    if (taken > PIECE) this.#steps = Math.max(1, Math.floor((steps * PIECE) / taken));
    else if (steps === this.#steps && taken < PIECE / 2) this.#steps *= 2;
    return steps;
  }
}

/** Milliseconds that a piece is to take. */
const PIECE = 5;

/** Floating-point operations of the first piece: some milliseconds on the slowest target. */
const FIRST = 2e7;
