import { StreamReader, stream } from '../src/random/stream.js';

/** Random numbers of a simulation, from a seed and a label, so that a table can be made again. */
export class Draws {
  readonly #reader: StreamReader;
  #spare: number | null = null;

  constructor(seed: number, index: number) {
    this.#reader = new StreamReader(stream(seed, 'power', index));
  }

  /** A standard normal number, by Box and Muller's method. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.#reader.uniform()));
    const angle = 2 * Math.PI * this.#reader.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A standard exponential number: what a skewed error is made of. */
  exponential(): number {
    return -Math.log(1 - this.#reader.uniform());
  }
}
