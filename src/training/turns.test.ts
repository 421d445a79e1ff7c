import { describe, expect, it } from 'vitest';
import { eventLoopTurn, Pieces, Turns } from './turns.js';

/** Keeps the thread busy for so many milliseconds. */
function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('a turn of the event loop', () => {
  it('lets messages be heard, with setImmediate and without', async () => {
    for (const setImmediate of [globalThis.setImmediate, undefined]) {
      const { setImmediate: before } = globalThis;
      const { port1, port2 } = new MessageChannel();
      const heard = new Promise<unknown>((resolve) => {
        port2.onmessage = ({ data }) => resolve(data);
      });
      port1.postMessage('a message');
      Object.assign(globalThis, { setImmediate });
      try {
        await eventLoopTurn();
        await eventLoopTurn();
      } finally {
        Object.assign(globalThis, { setImmediate: before });
      }
      expect(await heard).toBe('a message');
      port1.close();
    }
  });

  it('is taken when there was work for a while, and not at every piece', async () => {
    const turns = new Turns();
    expect(await turns.take()).toBe(false);
    work(25);
    expect(await turns.take()).toBe(true);
    expect(await turns.take()).toBe(false);
  });

  it('says whether the work was called off', () => {
    const stop = new AbortController();
    const turns = new Turns(stop.signal);
    expect([new Turns().aborted, turns.aborted]).toEqual([false, false]);
    stop.abort();
    expect(turns.aborted).toBe(true);
  });
});

describe('pieces of work', () => {
  it('are all steps, whatever they are cut into', () => {
    const pieces = new Pieces(1e6);
    const done: number[] = [];
    for (let left = 1000; left > 0; ) left -= pieces.do(left, (steps) => done.push(steps));
    expect(done.reduce((sum, steps) => sum + steps, 0)).toBe(1000);
    // Steps that take no time are done more and more at once.
    expect(Math.max(...done)).toBeGreaterThan(done[0]);
  });

  it('are one step each where a step is long', () => {
    const pieces = new Pieces(1e12);
    expect(pieces.do(10, () => {})).toBe(1);
    const slow = new Pieces(1e6);
    slow.do(20, () => work(200));
    expect(slow.do(20, () => {})).toBeLessThanOrEqual(2);
  });
});
