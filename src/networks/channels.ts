import { type Network, parametersOf } from './network.js';
import { INPUT, type Node, nodesOf } from './shapes.js';

/** Rows or columns of a tensor that belong to a group's channels: so many in a row to each channel. */
export interface Span {
  /** PyTorch's name of the tensor. */
  readonly tensor: string;
  /** 1, except after a flatten, where a channel is a whole map: `[channel][row][column]`. */
  readonly repeat: number;
}

/** Channels that must be kept or removed together, over all the layers that pass them on. */
export interface ChannelGroup {
  /** The first layer whose outputs they are. */
  readonly name: string;
  /** Channels. */
  readonly size: number;
  /** Tensors whose rows those are, in the order of the network: weights, biases, and all of batch normalisation. */
  readonly rows: readonly Span[];
  /** Weights whose inputs, `[outputs][inputs]`, those are. */
  readonly columns: readonly Span[];
}

/** What a layer gives or the images are: channels of a group, so many values in a row to each. */
export interface ChannelValues {
  /** Null for channels that can never be removed. */
  readonly group: ChannelGroup | null;
  readonly repeat: number;
}

/** The channels of a network. */
export interface Channels {
  /** Those that may be removed, in the order of the network. */
  readonly groups: readonly ChannelGroup[];
  /** Of the images (`input`) and of each layer's output, by the layer's name in `nodesOf`. */
  readonly given: ReadonlyMap<string, ChannelValues>;
}

/** Channels as they are found: joined with others, each channel of `into` is `repeat` of these. */
interface Space {
  size: number;
  /** Of the images, or of the logits. */
  fixed: boolean;
  into: { readonly space: Space; readonly repeat: number } | null;
}

/** Values in the order of a space's channels, so many in a row to each. */
interface Values {
  readonly space: Space;
  readonly repeat: number;
}

/** The same values by the channels that theirs were joined into. */
function joined({ space, repeat }: Values): Values {
  return space.into === null
    ? { space, repeat }
    : joined({ space: space.into.space, repeat: repeat * space.into.repeat });
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Values that are added one to one: where one side has fewer values to a channel, several of its channels go as one. */
function join(one: Values, other: Values): void {
  const a = joined(one);
  const b = joined(other);
  if (a.space === b.space) return;
  const repeat = (a.repeat * b.repeat) / commonDivisor(a.repeat, b.repeat);
  const space: Space = { size: (a.space.size * a.repeat) / repeat, fixed: a.space.fixed || b.space.fixed, into: null };
  a.space.into = { space, repeat: repeat / a.repeat };
  b.space.into = { space, repeat: repeat / b.repeat };
}

/**
 * Which channels of a network belong together. The outputs of every weight layer are channels; batch normalisation,
 * activations, pools and dropout pass them on; after a flatten a channel is its whole map; an addition ties the channels of
 * its sources, so that those of a residual stage are kept or removed together. Channels of the images and of the layer that
 * gives the logits are never removed, nor are those tied to them.
 */
export function channelsOf(network: Network): Channels {
  const nodes = nodesOf(network);
  const parameters = parametersOf(network);
  const images: Space = { size: network.input.channels, fixed: true, into: null };
  const found = new Map<string, Values>([[INPUT, { space: images, repeat: 1 }]]);
  const rows: { readonly tensor: string; readonly values: Values }[] = [];
  const columns: typeof rows = [];
  for (const node of nodes) {
    const taken = takenBy(node, found);
    const values = givenBy(node, taken);
    found.set(node.name, values);
    if (node.layer.kind === 'addition') for (const source of node.sources) join(values, found.get(source) as Values);
    for (const { name, layer, role } of parameters) {
      if (layer !== node.layer.name) continue;
      rows.push({ tensor: name, values });
      if (role === 'weight') columns.push({ tensor: name, values: taken });
    }
  }
  joined(found.get(nodes[nodes.length - 1].name) as Values).space.fixed = true;

  const groups = new Map<Space, ChannelGroup & { readonly rows: Span[]; readonly columns: Span[] }>();
  for (const { tensor, values } of rows) {
    const { space, repeat } = joined(values);
    if (space.fixed) continue;
    const layer = parameters.find(({ name }) => name === tensor)?.layer as string;
    const group = groups.get(space) ?? { name: layer, size: space.size, rows: [], columns: [] };
    group.rows.push({ tensor, repeat });
    groups.set(space, group);
  }
  for (const { tensor, values } of columns) {
    const { space, repeat } = joined(values);
    groups.get(space)?.columns.push({ tensor, repeat });
  }
  const given = [...found].map(([name, values]): [string, ChannelValues] => {
    const { space, repeat } = joined(values);
    return [name, { group: groups.get(space) ?? null, repeat }];
  });
  return { groups: [...groups.values()], given: new Map(given) };
}

/** What a layer takes, a map as the vector that a fully connected layer or a flatten sees. */
function takenBy({ layer, sources: [source], inputShape }: Node, found: ReadonlyMap<string, Values>): Values {
  const values = found.get(source) as Values;
  if (layer.kind !== 'linear' && layer.kind !== 'flatten') return values;
  return { ...values, repeat: values.repeat * inputShape.height * inputShape.width };
}

function givenBy({ layer }: Node, taken: Values): Values {
  if (layer.kind !== 'linear' && layer.kind !== 'convolution') return taken;
  return { space: { size: layer.outputs, fixed: false, into: null }, repeat: 1 };
}
