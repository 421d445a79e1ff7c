import type { Doubles, Mask } from '../../networks/network.js';

/** The surviving weights of a ticket as one vector: tensor by tensor, and in each by place. Nothing else is in it. */
export interface Survivors {
  /** Weight tensors, in the order of the network. */
  readonly names: readonly string[];
  /** Survivors in all. */
  readonly size: number;
  /** The survivors among values of whole tensors. */
  pack(tensors: ReadonlyMap<string, ArrayLike<number>>): Float64Array;
  /** Those of the vector from one place up to another. */
  packRange(tensors: ReadonlyMap<string, ArrayLike<number>>, from: number, to: number): Float32Array;
  /** Whole tensors, 0 where a weight is pruned. */
  unpack(vector: ArrayLike<number>): Doubles;
}

/** @param mask must name every weight tensor */
export function survivorsOf(mask: Mask): Survivors {
  const tensors = [...mask].map(([name, bits]) => {
    let kept = 0;
    for (const bit of bits) kept += bit;
    const places = new Int32Array(kept);
    let next = 0;
    for (let place = 0; place < bits.length; place++) if (bits[place] !== 0) places[next++] = place;
    return { name, size: bits.length, places };
  });
  const size = tensors.reduce((sum, { places }) => sum + places.length, 0);
  const fill = <T extends Float32Array | Float64Array>(
    into: T,
    given: ReadonlyMap<string, ArrayLike<number>>,
    from: number,
  ): T => {
    let begin = -from;
    for (const { name, places } of tensors) {
      const values = given.get(name);
      if (values === undefined) throw new RangeError(`${name} has survivors and no values.`);
      const last = Math.min(places.length, into.length - begin);
      for (let k = Math.max(0, -begin); k < last; k++) into[begin + k] = values[places[k]];
      begin += places.length;
    }
    return into;
  };
  return {
    names: tensors.map(({ name }) => name),
    size,
    pack: (given) => fill(new Float64Array(size), given, 0),
    packRange: (given, from, to) => fill(new Float32Array(to - from), given, from),
    unpack: (vector) => {
      let next = 0;
      return new Map(
        tensors.map(({ name, size: whole, places }): [string, Float64Array] => {
          const values = new Float64Array(whole);
          for (const place of places) values[place] = vector[next++];
          return [name, values];
        }),
      );
    },
  };
}
