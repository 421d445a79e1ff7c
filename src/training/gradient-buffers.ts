import type { Kernels } from '../kernels/kernels.js';
import { BufferPool, type PlacedMap, placedMap } from './buffers.js';
import { addSum, addZeroBorder } from './elementwise.js';
import type { PlacedNode } from './layout.js';
import { bytesOf, type MapLayout, sameLayout } from './maps.js';
import type { Pass } from './pass.js';

/** A slot's gradient, and whether something stands in it already, to which more is then added. */
export interface SlotGradient {
  readonly map: PlacedMap;
  readonly written: boolean;
}

/**
 * Buffers for the gradients of slots. They come from a pool and return to it as soon as the node that wrote the slot has been
 * passed. A slot that several nodes read accumulates their gradients in the order in which the backward pass meets them.
 */
export class GradientBuffers {
  readonly #pass: Pass;
  readonly #pool: BufferPool;
  readonly #gradients = new Map<number, PlacedMap>();

  constructor(kernels: Kernels, pass: Pass) {
    this.#pass = pass;
    this.#pool = new BufferPool(kernels);
  }

  /** The gradient of a slot that something has contributed to. */
  present(slot: number): PlacedMap | undefined {
    return this.#gradients.get(slot);
  }

  /** A slot's gradient, with a buffer of its own from now on. */
  of(slot: number): SlotGradient {
    const present = this.#gradients.get(slot);
    if (present) return { map: present, written: true };
    return this.#begin(slot, this.scratch(this.#pass.layout.slots[slot]));
  }

  #begin(slot: number, map: PlacedMap): SlotGradient {
    this.#gradients.set(slot, map);
    // Only a convolution reads the border of its output's gradient; elsewhere the border is there for the values.
    if (this.#writersOf(slot).some(({ layer }) => layer.kind === 'convolution')) addZeroBorder(this.#pass, map);
    return { map, written: false };
  }

  /**
   * A slot's gradient in the buffer of another's, value by value in place of what is read for the last time, where both lie alike and
   * nothing else needs either; else as `of` has it.
   */
  inPlaceOf(slot: number, from: PlacedMap): SlotGradient {
    const owners = [...this.#gradients.values()].filter((map) => map === from).length;
    if (this.#gradients.has(slot) || owners !== 1 || !sameLayout(this.#pass.layout.slots[slot], from.layout))
      return this.of(slot);
    return this.#begin(slot, from);
  }

  /** A buffer that belongs to no slot, until `free` returns it. */
  scratch(layout: MapLayout): PlacedMap {
    return placedMap(layout, this.#pool.take(bytesOf(layout, this.#pass.size.blocks)));
  }

  free({ base }: PlacedMap): void {
    this.#pool.give(base);
  }

  /** Adds a gradient to that of a slot, if anything needs it there. */
  contribute(slot: number, from: PlacedMap): void {
    if (!this.#pass.layout.needsGradient[slot]) return;
    const { map, written } = this.of(slot);
    addSum(this.#pass, written ? { a: map, b: from, y: map } : { a: from, y: map });
  }

  /** Adds one gradient to that of several slots; one of them may take over the buffer itself, which is not needed any more. */
  contributeToAll(slots: readonly number[], from: PlacedMap): void {
    const heir = slots.find((slot) => this.#mayTakeOver(slot) && slots.filter((s) => s === slot).length === 1);
    for (const slot of slots) if (slot !== heir) this.contribute(slot, from);
    if (heir !== undefined) this.#gradients.set(heir, from);
  }

  /** Ends the use of a slot's gradient: its buffer is free unless another slot took it over. */
  release(slot: number): void {
    const map = this.#gradients.get(slot);
    if (map === undefined) return;
    this.#gradients.delete(slot);
    const takenOver = [...this.#gradients.values()].includes(map);
    if (!takenOver) this.free(map);
  }

  #writersOf(slot: number): PlacedNode[] {
    return this.#pass.layout.nodes.filter((node) => node.slot === slot);
  }

  /** Whether a slot may take over a buffer with another border: its gradient is read by a batch normalisation alone. */
  #mayTakeOver(slot: number): boolean {
    const { needsGradient } = this.#pass.layout;
    return (
      needsGradient[slot] &&
      !this.#gradients.has(slot) &&
      this.#writersOf(slot).every(({ layer, taken }) => layer.kind === 'batch-normalisation' || taken)
    );
  }
}
