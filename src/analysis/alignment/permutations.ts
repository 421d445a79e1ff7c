import { channelsOf, type Span } from '../../networks/channels.js';
import { type Mask, type Network, type Parameter, parametersOf, type Tensors } from '../../networks/network.js';
import { permutation, StreamReader, stream } from '../../random/stream.js';

/**
 * An order of hidden units, by the name of their group in `channelsOf`: channel i of the permuted network is channel
 * `order[i]` of the one it was made from. A group that is not named stays as it is.
 */
export type Permutations = ReadonlyMap<string, Int32Array>;

/** Where the rows and the columns of a tensor come from; null where they stay. */
export interface TensorOrder {
  readonly rows: Int32Array | null;
  readonly columns: Int32Array | null;
}

/**
 * The order of every tensor's rows and columns under permutations of hidden units.
 *
 * @throws RangeError when a group is named that is not there, or its order is not a permutation of its channels
 */
export function tensorOrders(network: Network, permutations: Permutations): Map<string, TensorOrder> {
  const { groups } = channelsOf(network);
  for (const [name, order] of permutations) {
    const group = groups.find((known) => known.name === name);
    if (group === undefined) throw new RangeError(`${name} is not a group of channels of ${network.name}.`);
    const seen = new Set(order);
    if (order.length !== group.size || seen.size !== group.size || order.some((i) => i < 0 || i >= group.size)) {
      throw new RangeError(`the order of ${name} is not a permutation of its ${group.size} channels.`);
    }
  }
  const along = (side: 'rows' | 'columns', name: string): Int32Array | null => {
    for (const group of groups) {
      const order = permutations.get(group.name);
      const span = group[side].find(({ tensor }) => tensor === name);
      if (span !== undefined && order !== undefined) return spreadOrder(order, span);
    }
    return null;
  };
  return new Map(
    parametersOf(network).map(({ name, role }): [string, TensorOrder] => [
      name,
      { rows: along('rows', name), columns: role === 'weight' ? along('columns', name) : null },
    ]),
  );
}

/** The order of rows or columns, so many in a row to each channel. */
export function spreadOrder(order: Int32Array, { repeat }: Pick<Span, 'repeat'>): Int32Array {
  if (repeat === 1) return order;
  return Int32Array.from(
    { length: order.length * repeat },
    (_, i) => order[Math.floor(i / repeat)] * repeat + (i % repeat),
  );
}

/** Arrays of either kind by tensors' names, their rows and columns in another order. See `permuteTensors`. */
export function permuteArrays<T extends Float32Array | Uint8Array>(
  network: Network,
  arrays: ReadonlyMap<string, T>,
  permutations: Permutations,
): Map<string, T> {
  const orders = tensorOrders(network, permutations);
  const parameters = new Map(parametersOf(network).map((parameter) => [parameter.name, parameter]));
  return new Map(
    [...arrays].map(([name, values]): [string, T] => {
      const parameter = parameters.get(name);
      if (values.length !== parameter?.size) {
        throw new RangeError(`${name} has ${values.length} values; expected ${parameter?.size ?? 'none of it'}.`);
      }
      const { rows, columns } = orders.get(name) as TensorOrder;
      const found = values.slice() as T;
      const { outputs, inputs, area } = sidesOf(parameter);
      for (let i = 0; i < outputs; i++) {
        const row = rows === null ? i : rows[i];
        for (let j = 0; j < inputs; j++) {
          const from = (row * inputs + (columns === null ? j : columns[j])) * area;
          const to = (i * inputs + j) * area;
          for (let k = 0; k < area; k++) found[to + k] = values[from + k];
        }
      }
      return [name, found];
    }),
  );
}

/** A tensor as `[outputs][inputs][area]`; what is a number a unit has one input. */
export function sidesOf({ shape: [outputs, inputs = 1, ...window] }: Pick<Parameter, 'shape'>) {
  return { outputs, inputs, area: window.reduce((product, size) => product * size, 1) };
}

/**
 * The tensors of the network with its hidden units in another order: rows and columns of weights, biases, and all of batch
 * normalisation. The network computes the same function, up to the order of its sums.
 *
 * @param tensors some or all of the network's
 * @throws RangeError when an order is not a permutation, or a tensor has another size than the network's
 */
export function permuteTensors(
  network: Network,
  tensors: Tensors,
  permutations: Permutations,
): Map<string, Float32Array> {
  return permuteArrays(network, tensors, permutations);
}

/** The same of a mask: which weights of the permuted network those are that survive. */
export function permuteMask(network: Network, mask: Mask, permutations: Permutations): Map<string, Uint8Array> {
  return permuteArrays(network, mask, permutations);
}

/** The permutations that undo others. */
export function inversePermutations(permutations: Permutations): Map<string, Int32Array> {
  return new Map(
    [...permutations].map(([name, order]): [string, Int32Array] => {
      const inverse = new Int32Array(order.length);
      for (let i = 0; i < order.length; i++) inverse[order[i]] = i;
      return [name, inverse];
    }),
  );
}

/** Every group's channels in a random order, each from a stream of its own. */
export function drawPermutations(network: Network, seed: number): Map<string, Int32Array> {
  return new Map(
    channelsOf(network).groups.map(({ name, size }, index): [string, Int32Array] => [
      name,
      permutation(size, new StreamReader(stream(seed, 'permutation', index))),
    ]),
  );
}
