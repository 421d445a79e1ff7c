import { StreamReader, shuffle, stream } from '../random/stream.js';

/** The first `count` of some examples in a random order, whatever their classes. */
export function randomExamples(indices: Int32Array, count: number, seed: number): Int32Array {
  return shuffle(indices.slice(), new StreamReader(stream(seed, 'examples'))).slice(0, count);
}

/**
 * A few examples drawn from many, as many of each class as of any other while there are any left.
 *
 * @param labels of the whole training set
 * @param indices places in it to choose from
 * @returns `count` of them, or all where there are fewer, classes taking turns
 */
export function balancedExamples(
  labels: Uint8Array | Uint16Array,
  indices: Int32Array,
  count: number,
  seed: number,
): Int32Array {
  const order = shuffle(indices.slice(), new StreamReader(stream(seed, 'examples')));
  const byClass = new Map<number, number[]>();
  for (const index of order) {
    const list = byClass.get(labels[index]) ?? [];
    if (list.length === 0) byClass.set(labels[index], list);
    list.push(index);
  }
  const classes = [...byClass.keys()].sort((a, b) => a - b).map((label) => byClass.get(label) as number[]);
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < Math.min(count, indices.length); turn++) {
    for (const list of classes) if (turn < list.length && chosen.length < count) chosen.push(list[turn]);
  }
  return Int32Array.from(chosen);
}
