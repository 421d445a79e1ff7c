import { type OverlapCounts, overlapOfParts } from './overlap.js';

/** Overlap counts of many parts of one size: the neurons of a tensor, or its inputs. */
export interface PartCounts {
  /** Places of each part. */
  readonly size: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly common: readonly number[];
}

/** One tensor's masks in two networks, whole and in parts. */
export interface TensorOverlap extends OverlapCounts {
  /** Incoming weights of each output: a neuron, or a map. */
  readonly rows: PartCounts;
  /** Outgoing weights of each input: a pixel, a neuron, or a map. */
  readonly columns: PartCounts;
}

/** Parts one by one. */
export function partsOf({ size, first, second, common }: PartCounts): OverlapCounts[] {
  return first.map((count, i) => ({ size, first: count, second: second[i], common: common[i] }));
}

/**
 * Two masks of a tensor `[outputs][inputs][...]`, as counts of the whole, of each output and of each input.
 *
 * @throws RangeError when the masks are not of that shape
 */
export function tensorOverlap(shape: readonly number[], first: Uint8Array, second: Uint8Array): TensorOverlap {
  const [outputs, inputs, ...window] = shape;
  const area = window.reduce((product, size) => product * size, 1);
  const size = outputs * inputs * area;
  if (first.length !== size || second.length !== size) {
    throw new RangeError(`masks of ${first.length} and ${second.length} places; expected ${size}.`);
  }
  const counts = (length: number) => ({
    first: new Array<number>(length).fill(0),
    second: new Array<number>(length).fill(0),
    common: new Array<number>(length).fill(0),
  });
  const rows = counts(outputs);
  const columns = counts(inputs);
  const all = { first: 0, second: 0, common: 0 };
  for (let i = 0, place = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++) {
      let [a, b, both] = [0, 0, 0];
      for (let k = 0; k < area; k++, place++) {
        a += first[place];
        b += second[place];
        both += first[place] & second[place];
      }
      rows.first[i] += a;
      rows.second[i] += b;
      rows.common[i] += both;
      columns.first[j] += a;
      columns.second[j] += b;
      columns.common[j] += both;
    }
    all.first += rows.first[i];
    all.second += rows.second[i];
    all.common += rows.common[i];
  }
  return {
    size,
    ...all,
    rows: { size: inputs * area, ...rows },
    columns: { size: outputs * area, ...columns },
  };
}

/** Of parts, which have any place kept at all: how many do in either network and in both. */
export function livingParts({ first, second }: PartCounts): OverlapCounts {
  const count = (lives: (i: number) => boolean) => first.reduce((sum, _, i) => sum + (lives(i) ? 1 : 0), 0);
  return {
    size: first.length,
    first: count((i) => first[i] > 0),
    second: count((i) => second[i] > 0),
    common: count((i) => first[i] > 0 && second[i] > 0),
  };
}

/**
 * The overlap of a whole against chance that knows how much each of its parts keeps in either network: what is left of it is
 * agreement on which places within them.
 */
export const overlapWithinParts = (parts: PartCounts) => overlapOfParts(partsOf(parts));
