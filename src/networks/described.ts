import { InputError } from './errors.js';
import type { Activation, ImageShape, Layer, Network } from './network.js';
import { INPUT, nodesOf, sizeOf, wireLayers } from './shapes.js';

/** What a described layer may say beside its own settings. */
interface Described {
  readonly name?: string | undefined;
  /** Names of the layers it takes; default: the one before it. `input` is the images. */
  readonly from?: string | readonly string[] | undefined;
}

/** Layers that need no number: `- relu`, or `- {relu: true, name: r1}`. */
export const plainLayers = [
  'relu',
  'tanh',
  'sigmoid',
  'flatten',
  'global-average-pool',
  'batch-normalisation',
] as const;
export type PlainLayer = (typeof plainLayers)[number];

/** A layer as written in a specification: one key names its kind; sizes that follow from its inputs are omitted. */
export type DescribedLayer =
  | PlainLayer
  | (Described & Partial<Record<PlainLayer, true | undefined>>)
  | (Described & {
      /** Output channels. */
      readonly convolution: number;
      readonly kernel?: number | readonly [number, number] | undefined;
      readonly stride?: number | undefined;
      /** Pixels of zeros on every side; default: as many as keep the size at stride 1 for odd kernels. */
      readonly padding?: number | undefined;
      readonly bias?: boolean | undefined;
      readonly downsampling?: boolean | undefined;
    })
  | (Described & { readonly linear: number })
  | (Described & { readonly 'max-pool': number; readonly stride?: number | undefined })
  | (Described & { readonly 'average-pool': number; readonly stride?: number | undefined })
  | (Described & { readonly dropout: number })
  | (Described & { readonly addition: readonly string[] });

/**
 * Builds the network that a list of layers describes: every size that the layers before it decide is worked out. Layers
 * without a name that have tensors are called `conv1`, `fc2`, `bn3` by their place among their kind.
 *
 * @throws InputError naming the layer when one does not fit what it takes, or a source is unknown
 */
export function buildDescribed(
  name: string,
  described: readonly DescribedLayer[],
  input: ImageShape,
  classes: number,
): Network {
  const layers: Layer[] = [];
  const counts = new Map<string, number>();
  described.forEach((entry) => {
    const settings = typeof entry === 'string' ? { [entry]: true } : entry;
    const { from } = settings as Described;
    const sources = from === undefined ? undefined : typeof from === 'string' ? [from] : [...from];
    layers.push(layerOf(settings, shapeBefore(name, layers, sources, input), sources, counts));
  });
  const network = { name, input, classes, layers };
  nodesOf(network);
  return network;
}

/** Shape of what the next layer takes. */
function shapeBefore(
  name: string,
  layers: readonly Layer[],
  sources: readonly string[] | undefined,
  input: ImageShape,
): ImageShape {
  if (layers.length === 0 && sources === undefined) return input;
  if (sources?.[0] === INPUT) return input;
  const nodes = wireLayers({ name, input, layers });
  const node = sources === undefined ? nodes[nodes.length - 1] : nodes.find((known) => known.name === sources[0]);
  if (node === undefined) {
    const known = [INPUT, ...nodes.map((earlier) => earlier.name)].join(', ');
    throw new InputError(
      `network ${name}, layer ${layers.length + 1}: takes ${sources?.[0]}, which is not a layer before it; expected one of ${known}.`,
    );
  }
  return node.outputShape;
}

function layerOf(
  settings: object,
  shape: ImageShape,
  from: readonly string[] | undefined,
  counts: Map<string, number>,
): Layer {
  const given = settings as Described & Readonly<Record<string, unknown>>;
  const wiring = from === undefined ? {} : { from };
  const own = given.name === undefined ? {} : { name: given.name };
  const numbered = (prefix: string): string => {
    const next = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, next);
    return given.name ?? `${prefix}${next}`;
  };
  const number = (key: string) => given[key] as number;
  if ('convolution' in given) {
    const kernel = (given.kernel ?? 3) as number | readonly [number, number];
    const sizes: readonly [number, number] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
    return {
      kind: 'convolution',
      name: numbered('conv'),
      inputs: shape.channels,
      outputs: number('convolution'),
      kernel: sizes,
      stride: (given.stride ?? 1) as number,
      padding: (given.padding ?? Math.floor((Math.max(...sizes) - 1) / 2)) as number,
      bias: (given.bias ?? true) as boolean,
      ...(given.downsampling === true ? { downsampling: true } : {}),
      ...wiring,
    };
  }
  if ('linear' in given) {
    return { kind: 'linear', name: numbered('fc'), inputs: sizeOf(shape), outputs: number('linear'), ...wiring };
  }
  for (const kind of ['max-pool', 'average-pool'] as const) {
    if (kind in given) {
      return { kind, ...own, kernel: number(kind), stride: (given.stride ?? given[kind]) as number, ...wiring };
    }
  }
  if ('dropout' in given) return { kind: 'dropout', ...own, rate: number('dropout'), ...wiring };
  if ('addition' in given) return { kind: 'addition', ...own, from: given.addition as readonly string[] };
  if ('batch-normalisation' in given) {
    return { kind: 'batch-normalisation', name: numbered('bn'), channels: shape.channels, ...wiring };
  }
  if ('flatten' in given) return { kind: 'flatten', ...own, ...wiring };
  if ('global-average-pool' in given) return { kind: 'global-average-pool', ...own, ...wiring };
  const activation = (['relu', 'tanh', 'sigmoid'] satisfies Activation[]).find((word) => word in given);
  if (activation === undefined) throw new InputError(`no layer is described by ${JSON.stringify(settings)}.`);
  return { kind: 'activation', ...own, activation, units: sizeOf(shape), ...wiring };
}
