import type { Kernels } from '../kernels/kernels.js';
import type { NetworkLayout } from './layout.js';
import { bytesOf, insideOf, LANES, type MapLayout } from './maps.js';

/** Memory that is used again as soon as nothing needs what is in it. */
export class BufferPool {
  readonly #kernels: Kernels;
  readonly #free: { offset: number; bytes: number }[] = [];
  readonly #sizes = new Map<number, number>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** A buffer of at least so many bytes: the smallest that is free, else a new one. What is in it is not cleared. */
  take(bytes: number): number {
    let best = -1;
    this.#free.forEach((buffer, index) => {
      if (buffer.bytes >= bytes && (best < 0 || buffer.bytes < this.#free[best].bytes)) best = index;
    });
    if (best >= 0) return this.#free.splice(best, 1)[0].offset;
    const offset = this.#kernels.allocate(bytes);
    this.#sizes.set(offset, bytes);
    return offset;
  }

  give(offset: number): void {
    this.#free.push({ offset, bytes: this.#sizes.get(offset) as number });
  }
}

/** A batch as programs know it. */
export interface BatchSize {
  /** Lane blocks of sixteen examples. */
  readonly blocks: number;
  /** Quarters of a lane block that hold examples. */
  readonly quarters: number;
}

export function batchSize(batch: number): BatchSize {
  return { blocks: Math.ceil(batch / LANES), quarters: Math.ceil(batch / 4) };
}

/** A map in the arena. */
export interface PlacedMap {
  readonly layout: MapLayout;
  /** Byte offset of the buffer, border and all. */
  readonly base: number;
  /** Byte offset of the first value inside the border: what operations take. */
  readonly first: number;
}

export function placedMap(layout: MapLayout, base: number): PlacedMap {
  return { layout, base, first: base + insideOf(layout) };
}

/** The same values seen as maps: a flat buffer has the pitches of the map it was made from. */
export const seenAs = (map: PlacedMap, shape: MapLayout['shape']): PlacedMap => ({
  ...map,
  layout: { shape, border: 0 },
});

/** A buffer for the values of every slot, all of them kept: a training step's, which the backward pass reads. */
export function allocateSlots(kernels: Kernels, { slots }: NetworkLayout, { blocks }: BatchSize): PlacedMap[] {
  return slots.map((slot) => placedMap(slot, kernels.allocate(bytesOf(slot, blocks))));
}

/** The place in the list of nodes after which a slot's values are read no more. */
export function lastUses({ nodes, slots }: NetworkLayout): number[] {
  const last = slots.map(() => 0);
  nodes.forEach(({ slot, sourceSlots }, index) => {
    for (const used of [slot, ...sourceSlots]) last[used] = index;
  });
  // The last node's output is the logits, which the loss reads.
  last[nodes[nodes.length - 1].slot] = nodes.length;
  return last;
}
