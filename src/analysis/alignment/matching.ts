import { type ChannelGroup, channelsOf, type Span } from '../../networks/channels.js';
import { type Network, type Parameter, parametersOf, type Tensors } from '../../networks/network.js';
import { permutation, StreamReader, stream } from '../../random/stream.js';
import { bestAssignment } from './assignment.js';
import { addProducts } from './inner-products.js';
import { type Permutations, permuteArrays, sidesOf, spreadOrder } from './permutations.js';

/** What two networks are matched on: any of their tensors, or masks. Both sides hold the same names. */
export type Matchable = ReadonlyMap<string, Float32Array | Uint8Array>;

/** Hidden units of one network in the order in which they are most like those of another. */
export interface Matching {
  /** What to permute the other network by; every group is named. */
  readonly permutations: Permutations;
  /** Sum of products over all places: before, and with the other network permuted. */
  readonly before: number;
  readonly after: number;
  /** Times that all groups were gone through, the last of which found nothing better. */
  readonly sweeps: number;
}

/** More sweeps than coordinate ascent ever took; each but the last raises the sum. */
const MOST_SWEEPS = 1000;

/** What rounding may change of a sum, as a share of its size. */
const ROUNDING = 1e-12;

/**
 * Weight matching: Ainsworth, Hayase and Srinivasa, "Git Re-Basin" (2023), algorithm 1. The order of the other network's
 * hidden units that makes the inner product of both networks' tensors largest, one group of channels after another by
 * linear assignment with all other groups held, until no group's assignment is better than the one it has. Groups are
 * gone through in a new random order in each sweep. The result is a local optimum: which one depends on the
 * order, and so on the seed.
 *
 * @param reference what is matched to, and
 * @param other what is permuted: weights, masks (which are counted as bits), or weights that are zero where pruned. Only
 *   tensors that are named are looked at
 * @param seed of the orders
 * @throws RangeError when the two do not hold the same tensors, or those of another network
 */
export function matchChannels(network: Network, reference: Matchable, other: Matchable, seed: number): Matching {
  const { groups } = channelsOf(network);
  const orders = new Map<string, Int32Array>(
    groups.map(({ name, size }) => [name, Int32Array.from({ length: size }, (_, i) => i)]),
  );
  // How often a group's order has changed, and at which of its neighbours' changes it was last looked at.
  const changes = new Map(groups.map(({ name }) => [name, 0]));
  const pieces = groups.map((group) => piecesOf(network, group, groups, reference, other));
  const before = innerProduct(reference, other);
  const looked = groups.map(() => '');
  let sweeps = 0;
  for (let moved = true; moved && sweeps < MOST_SWEEPS; sweeps++) {
    moved = false;
    for (const g of permutation(groups.length, new StreamReader(stream(seed, 'matching', sweeps)))) {
      const { name, size } = groups[g];
      const state = pieces[g].map(({ across }) => (across === null ? '' : changes.get(across.group))).join(' ');
      if (state === looked[g]) continue;
      looked[g] = state;
      const current = orders.get(name) as Int32Array;
      const gains = new Float64Array(size * size);
      for (const piece of pieces[g]) addGains(piece, size, orders, changes, gains);
      const { columns, total } = bestAssignment(gains, size);
      let held = 0;
      let weight = 0;
      for (let i = 0; i < size; i++) {
        held += gains[i * size + current[i]];
        weight += Math.abs(gains[i * size + current[i]]);
      }
      if (!(total > held + ROUNDING * (weight + Math.abs(total)))) continue;
      if (pieces[g].some(({ across }) => across?.group === name)) {
        // Both sides of a tensor are this group's, so that its gains were those under the present order alone.
        const now = permutedProduct(orders);
        const then = permutedProduct(new Map([...orders, [name, columns]]));
        if (!(then > now + ROUNDING * (Math.abs(now) + Math.abs(then)))) continue;
      }
      orders.set(name, columns);
      changes.set(name, (changes.get(name) as number) + 1);
      moved = true;
    }
  }
  return { permutations: orders, before, after: permutedProduct(orders), sweeps };

  function permutedProduct(permutations: Permutations): number {
    return innerProduct(reference, permuteArrays(network, other, permutations));
  }
}

/**
 * The tensors of a network that weight matching looks at: weights, biases, and scales and shifts of batch normalisation. Its
 * running statistics follow from these and are left out.
 */
export function matchableTensors(network: Network, tensors: Tensors): Map<string, Float32Array> {
  return new Map(
    parametersOf(network).flatMap(({ name, role }): [string, Float32Array][] =>
      role === 'mean' || role === 'variance' ? [] : [[name, tensors.get(name) as Float32Array]],
    ),
  );
}

/** One side of one tensor, as a group's channels have it: a vector a channel. */
interface Piece {
  readonly parameter: Parameter;
  readonly side: 'rows' | 'columns';
  readonly repeat: number;
  /** The group on the other side; null where that never moves. */
  readonly across: { readonly group: string; readonly repeat: number } | null;
  /** `[channel][length]` of the reference. */
  readonly left: Float32Array | Uint8Array;
  readonly values: Float32Array | Uint8Array;
  /** The products that were last found, and at which change of the group across. */
  known: { readonly change: number; readonly products: Float64Array } | null;
}

function piecesOf(
  network: Network,
  group: ChannelGroup,
  groups: readonly ChannelGroup[],
  reference: Matchable,
  other: Matchable,
): Piece[] {
  const parameters = parametersOf(network);
  const crossing = (side: 'rows' | 'columns', tensor: string): Piece['across'] => {
    for (const { name, [side]: spans } of groups) {
      const span = spans.find((one) => one.tensor === tensor);
      if (span !== undefined) return { group: name, repeat: span.repeat };
    }
    return null;
  };
  const made = (side: 'rows' | 'columns', { tensor, repeat }: Span): Piece[] => {
    const [mine, theirs] = [reference.get(tensor), other.get(tensor)];
    if (mine === undefined && theirs === undefined) return [];
    const parameter = parameters.find(({ name }) => name === tensor) as Parameter;
    if (mine?.length !== parameter.size || theirs?.length !== parameter.size) {
      throw new RangeError(
        `${tensor} has ${mine?.length ?? 'no'} and ${theirs?.length ?? 'no'} values; expected ${parameter.size} on both sides.`,
      );
    }
    const across = crossing(side === 'rows' ? 'columns' : 'rows', tensor);
    const left = vectorsOf(mine, parameter, side, repeat, null);
    return [{ parameter, side, repeat, across, left, values: theirs, known: null }];
  };
  return [
    ...group.rows.flatMap((span) => made('rows', span)),
    ...group.columns.flatMap((span) => made('columns', span)),
  ];
}

/** Adds how alike each channel of the reference and each of the other network are on one side of one tensor. */
function addGains(
  piece: Piece,
  size: number,
  orders: ReadonlyMap<string, Int32Array>,
  changes: ReadonlyMap<string, number>,
  gains: Float64Array,
): void {
  const { parameter, side, repeat, across, left, values } = piece;
  const change = across === null ? 0 : (changes.get(across.group) as number);
  if (piece.known?.change !== change) {
    const order = across === null ? null : spreadOrder(orders.get(across.group) as Int32Array, across);
    const products = new Float64Array(size * size);
    addProducts(left, vectorsOf(values, parameter, side, repeat, order), size, products);
    piece.known = { change, products };
  }
  const { products } = piece.known;
  for (let i = 0; i < gains.length; i++) gains[i] += products[i];
}

/**
 * A tensor as a vector a channel, `[channel][length]`.
 *
 * @param order where the rows, or columns, across from the channels come from; null where they stay
 */
function vectorsOf<T extends Float32Array | Uint8Array>(
  values: T,
  parameter: Parameter,
  side: 'rows' | 'columns',
  repeat: number,
  order: Int32Array | null,
): T {
  const { outputs, inputs, area } = sidesOf(parameter);
  const found = values.slice() as T;
  let next = 0;
  if (side === 'rows') {
    // Rows lie one after another already.
    if (order === null) return found;
    for (let i = 0; i < outputs; i++) {
      for (let j = 0; j < inputs; j++) {
        const from = (i * inputs + order[j]) * area;
        for (let k = 0; k < area; k++) found[next++] = values[from + k];
      }
    }
    return found;
  }
  const width = repeat * area;
  for (let channel = 0; channel < inputs / repeat; channel++) {
    for (let i = 0; i < outputs; i++) {
      const from = (order === null ? i : order[i]) * inputs * area + channel * width;
      for (let k = 0; k < width; k++) found[next++] = values[from + k];
    }
  }
  return found;
}

function innerProduct(a: Matchable, b: Matchable): number {
  let sum = 0;
  for (const [name, left] of a) {
    const right = b.get(name);
    if (right?.length !== left.length) {
      throw new RangeError(
        `${name} has ${left.length} and ${right?.length ?? 'no'} values; expected as many on both sides.`,
      );
    }
    for (let i = 0; i < left.length; i++) sum += left[i] * right[i];
  }
  return sum;
}
