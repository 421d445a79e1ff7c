import type { LayerSample } from './sample.js';

/** Points of a leaf. */
const LEAF = 12;

/**
 * Points in a k-d tree (Bentley 1975) with the box around each node's, for neighbours by the largest difference of any unit:
 * what it answers is exact, and the same as looking at every point.
 */
export class NeighbourTree {
  readonly #values: Float64Array;
  readonly #units: number;
  /** Places in the sample, those of a node beside each other. */
  readonly #places: Int32Array;
  /** Of a node: its first and past its last place, then its two children, or -1 for a leaf. */
  readonly #nodes: [from: number, to: number, left: number, right: number][] = [];
  /** Of a node, unit by unit: lowest and highest value. */
  readonly #boxes: number[] = [];

  /** @param places of the sample's points that are in it; default: all of them */
  constructor(
    { values, count, units }: LayerSample,
    places: ArrayLike<number> = Array.from({ length: count }, (_, i) => i),
  ) {
    this.#values = Float64Array.from(values);
    this.#units = units;
    this.#places = Int32Array.from(places);
    if (this.#places.length > 0) this.#build(0, this.#places.length);
  }

  #build(from: number, to: number): number {
    const node = this.#nodes.push([from, to, -1, -1]) - 1;
    let widest = 0;
    let most = -1;
    for (let unit = 0; unit < this.#units; unit++) {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let at = from; at < to; at++) {
        const value = this.#values[this.#places[at] * this.#units + unit];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      this.#boxes.push(low, high);
      if (high - low > most) [widest, most] = [unit, high - low];
    }
    if (to - from <= LEAF || most === 0) return node;
    const value = (place: number) => this.#values[place * this.#units + widest];
    this.#places.subarray(from, to).sort((a, b) => value(a) - value(b) || a - b);
    const middle = (from + to) >> 1;
    this.#nodes[node][2] = this.#build(from, middle);
    this.#nodes[node][3] = this.#build(middle, to);
    return node;
  }

  /** Largest difference of any unit, or a number above the limit where it is beyond that. */
  #distance(i: number, j: number, limit: number): number {
    let most = 0;
    const units = this.#units;
    for (let a = i * units, b = j * units, end = a + units; a < end; a++, b++) {
      const difference = Math.abs(this.#values[a] - this.#values[b]);
      if (difference > most) {
        most = difference;
        if (most > limit) break;
      }
    }
    return most;
  }

  /** The least distance from a point to a node's box. */
  #least(point: number, node: number): number {
    let most = 0;
    for (let unit = 0, at = node * 2 * this.#units; unit < this.#units; unit++, at += 2) {
      const value = this.#values[point * this.#units + unit];
      const beyond = Math.max(this.#boxes[at] - value, value - this.#boxes[at + 1]);
      if (beyond > most) most = beyond;
    }
    return most;
  }

  /** The greatest distance from a point to a place of a node's box. */
  #greatest(point: number, node: number): number {
    let most = 0;
    for (let unit = 0, at = node * 2 * this.#units; unit < this.#units; unit++, at += 2) {
      const value = this.#values[point * this.#units + unit];
      const reach = Math.max(Math.abs(this.#boxes[at] - value), Math.abs(this.#boxes[at + 1] - value));
      if (reach > most) most = reach;
    }
    return most;
  }

  /** Distance from a point of the sample to its k-th nearest in the tree, itself not counted; infinite where there are fewer. */
  kth(point: number, k: number): number {
    const nearest = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
    const visit = (node: number): void => {
      const [from, to, left, right] = this.#nodes[node];
      if (left < 0) {
        for (let at = from; at < to; at++) {
          const j = this.#places[at];
          if (j === point) continue;
          const distance = this.#distance(point, j, nearest[k - 1]);
          if (distance >= nearest[k - 1]) continue;
          let slot = k - 1;
          for (; slot > 0 && nearest[slot - 1] > distance; slot--) nearest[slot] = nearest[slot - 1];
          nearest[slot] = distance;
        }
        return;
      }
      const [a, b] = [this.#least(point, left), this.#least(point, right)];
      const [first, second, far] = a <= b ? [left, right, b] : [right, left, a];
      if (Math.min(a, b) < nearest[k - 1]) visit(first);
      if (far < nearest[k - 1]) visit(second);
    };
    if (this.#nodes.length > 0) visit(0);
    return nearest[k - 1];
  }

  /** Points of the tree no farther than a radius from a point of the sample, itself among them if it is there; nearer alone if `strictly`. */
  within(point: number, radius: number, strictly = false): number {
    const isIn = (distance: number) => (strictly ? distance < radius : distance <= radius);
    const visit = (node: number): number => {
      if (!isIn(this.#least(point, node))) return 0;
      const [from, to, left, right] = this.#nodes[node];
      if (isIn(this.#greatest(point, node))) return to - from;
      if (left >= 0) return visit(left) + visit(right);
      let count = 0;
      for (let at = from; at < to; at++) if (isIn(this.#distance(point, this.#places[at], radius))) count++;
      return count;
    };
    return this.#nodes.length > 0 ? visit(0) : 0;
  }
}
