import type { Initialiser } from './initialiser.js';

/** Connections into a unit. */
const CONNECTIONS = 15;

export const sparse: Initialiser = {
  title: `standard normal on ${CONNECTIONS} inputs of each unit, drawn at random, and zero on the others`,
  source: 'Martens 2010, section 5',
  draw: ({ shape, size, fanIn }, draws) => {
    const values = new Float32Array(size);
    const connections = Math.min(CONNECTIONS, fanIn);
    const numbers = draws.normal(shape[0] * connections);
    const places = Int32Array.from({ length: fanIn }, (_, i) => i);
    for (let o = 0; o < shape[0]; o++) {
      // The beginning of a random order of the inputs, whatever order the units before have left.
      for (let k = 0; k < connections; k++) {
        const other = k + draws.below(fanIn - k);
        [places[k], places[other]] = [places[other], places[k]];
        values[o * fanIn + places[k]] = numbers[o * connections + k];
      }
    }
    return values;
  },
};
