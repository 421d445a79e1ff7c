import type { Kernels } from '../kernels/kernels.js';
import type { OperationNote, Program, ProgramBuilder } from '../kernels/program.js';
import type { Stream } from '../random/stream.js';
import type { BatchSize, PlacedMap } from './buffers.js';
import type { Region } from './convolution-tables.js';
import type { NetworkLayout, PlacedNode } from './layout.js';
import { LANE_BYTES, LANES, type MapLayout, pitches, pitchesOf } from './maps.js';
import type { NetworkStorage, NormalisationStorage, WeightStorage } from './storage.js';
import type { Augmentation } from './types.js';

/** Batch normalisation as PyTorch sets it: added to the variance, and the share of the batch in the running statistics. */
export const NORMALISATION = { epsilon: 1e-5, momentum: 0.1 } as const;

/** Where a program finds the images, labels and normalisation it reads. */
export interface BatchSource {
  readonly images: number;
  readonly labels: number;
  /** Int32 places in `images`, in the order in which they are read. */
  readonly indices: number;
  readonly scale: number;
  readonly shift: number;
  /** Random changes, and the stream they are drawn from. */
  readonly augmentation?: { readonly settings: Augmentation; readonly stream: Stream };
}

/** What a pass over the network works on. */
export interface Pass {
  readonly builder: ProgramBuilder;
  readonly layout: NetworkLayout;
  readonly storage: NetworkStorage;
  /** Byte offset of the program's state. */
  readonly state: number;
  readonly size: BatchSize;
  /** The stream that a dropout layer draws from, by its place in the network. */
  readonly dropoutStream: (place: number) => Stream;
}

/** Values of a map, for counting. */
export const valuesOf = ({ shape }: MapLayout, { blocks }: BatchSize): number =>
  shape.channels * shape.height * shape.width * blocks * LANES;

/** Values of a map among the quarters that hold examples. */
export const liveValuesOf = ({ shape }: MapLayout, { quarters }: BatchSize): number =>
  shape.channels * shape.height * shape.width * quarters * 4;

/** A map's shape for people. */
export const shapeText = ({ shape: { channels, height, width } }: MapLayout): string =>
  height === 1 && width === 1 ? `${channels}` : `${channels} x ${height} x ${width}`;

/** Floats of a whole buffer, border and all. */
export const floatsOf = (layout: MapLayout, { blocks }: BatchSize): number => (pitchesOf(layout).block * blocks) / 4;

/** Bytes of weights and indices that a kernel reads. */
export const weightBytes = ({ weight, kind }: WeightStorage): number => weight.count * (kind === 'sparse' ? 8 : 4);

export function describeWeights({ layer, terms, kind, kept }: WeightStorage, { quarters }: BatchSize): string {
  const size =
    layer.kind === 'linear'
      ? `${layer.outputs} x ${terms}`
      : `${layer.outputs} x ${layer.inputs} x ${layer.kernel.join(' x ')}`;
  return `${layer.name} ${size}${kind === 'sparse' ? `, ${kept} weights` : ''}, ${quarters * 4} lanes`;
}

/** A program that ends its step by counting it. */
export function finishStep({ builder, state }: Pick<Pass, 'builder' | 'state'>, kernels: Kernels): Program {
  return builder.add('advance', { state }, { shape: '', flops: 0, bytes: 8 }).build(kernels);
}

export function addGather(
  { builder, state, size }: Pick<Pass, 'builder' | 'state' | 'size'>,
  { images, indices, scale, shift, augmentation }: BatchSource,
  input: PlacedMap,
): void {
  const { channels, height, width } = input.layout.shape;
  const { blocks } = size;
  const values = valuesOf(input.layout, size);
  const note: OperationNote = {
    shape: `${channels} x ${height * width}, ${blocks} blocks`,
    flops: 2 * values,
    bytes: values * 5,
  };
  const common = { state, images, indices, scale, shift, blocks, channels };
  if (input.layout.border === 0 && augmentation === undefined) {
    builder.add('gather', { ...common, y: input.base, pixels: height * width }, note);
    return;
  }
  const { key, lane } = augmentation?.stream ?? { key: [0, 0], lane: [0, 0] };
  builder.add(
    'gather_maps',
    {
      ...common,
      y: input.first,
      rows: height,
      columns: width,
      ...pitches('y', input.layout),
      padding: augmentation?.settings.padding ?? 0,
      flip: augmentation?.settings.flip ? 1 : 0,
      key0: key[0],
      key1: key[1],
      lane0: lane[0],
    },
    note,
  );
}

/** y = a + b, or a copy of a. */
export function addSum(
  { builder, size }: Pick<Pass, 'builder' | 'size'>,
  a: PlacedMap,
  b: PlacedMap | null,
  y: PlacedMap,
  { shape = y.layout.shape, relu = false }: { shape?: MapLayout['shape']; relu?: boolean } = {},
): void {
  const values = valuesOf(y.layout, size);
  builder.add(
    'add',
    {
      a: a.first,
      b: b?.first ?? 0,
      y: y.first,
      relu: relu ? 1 : 0,
      blocks: size.blocks,
      channels: shape.channels,
      rows: shape.height,
      columns: shape.width,
      ...pitches('a', a.layout),
      ...pitches('b', (b ?? a).layout),
      ...pitches('y', y.layout),
    },
    { shape: shapeText(y.layout), flops: b ? values : 0, bytes: values * (b ? 12 : 8) },
  );
}

/** The same values seen as maps: a flat buffer has the pitches of the map it was made from. */
export const seenAs = (map: PlacedMap, shape: MapLayout['shape']): PlacedMap => ({
  ...map,
  layout: { shape, border: 0 },
});

/** The border of zeros of a buffer that held something else before. */
export function addZeroBorder({ builder, size }: Pick<Pass, 'builder' | 'size'>, { layout, base }: PlacedMap): void {
  if (layout.border === 0) return;
  const { channels, height, width } = layout.shape;
  const places = (height + 2 * layout.border) * (width + 2 * layout.border) - height * width;
  const planes = channels * size.blocks;
  builder.add(
    'zero_border',
    { y: base, planes, rows: height, columns: width, border: layout.border },
    { shape: `${shapeText(layout)}, border ${layout.border}`, flops: 0, bytes: places * planes * LANE_BYTES },
  );
}

export function addActivation(
  { builder, size }: Pick<Pass, 'builder' | 'size'>,
  activation: 'relu' | 'tanh' | 'sigmoid',
  map: PlacedMap,
): void {
  const n = floatsOf(map.layout, size);
  builder.add(
    activation,
    { y: map.base, n },
    { shape: `${shapeText(map.layout)}, ${size.blocks} blocks`, flops: n, bytes: 8 * n },
  );
  // A sigmoid of the border's zeros is one half.
  if (activation === 'sigmoid') addZeroBorder({ builder, size }, map);
}

/** Dropout in place, of values while going forward and of gradients going back: the same draws. */
export function addDropout(pass: Pass, rate: number, place: number, map: PlacedMap): void {
  const { channels, height, width } = map.layout.shape;
  const { key, lane } = pass.dropoutStream(place);
  const values = valuesOf(map.layout, pass.size);
  pass.builder.add(
    'dropout',
    {
      state: pass.state,
      y: map.first,
      blocks: pass.size.blocks,
      channels,
      rows: height,
      columns: width,
      ...pitches('y', map.layout),
      threshold: Math.round(rate * 2 ** 32),
      scale: 1 / (1 - rate),
      key0: key[0],
      key1: key[1],
      lane0: lane[0],
      lane1: lane[1],
    },
    { shape: `${shapeText(map.layout)}, rate ${rate}`, flops: values, bytes: 8 * values },
  );
}

export function poolArguments(node: PlacedNode, input: MapLayout, { blocks }: BatchSize) {
  const { layer, outputShape, inputShape } = node;
  const whole = layer.kind === 'global-average-pool';
  const window = layer.kind === 'max-pool' || layer.kind === 'average-pool' ? layer : { kernel: 1, stride: 1 };
  return {
    blocks,
    channels: outputShape.channels,
    rows: outputShape.height,
    columns: outputShape.width,
    height: whole ? inputShape.height : window.kernel,
    width: whole ? inputShape.width : window.kernel,
    stride: window.stride,
    ...pitches('x', input),
  };
}

/** One layer forward. Evaluation takes the running statistics and drops nothing out. */
export function addNode(pass: Pass, place: number, maps: readonly PlacedMap[], mode: 'training' | 'evaluation'): void {
  const { builder, layout, storage, size } = pass;
  const node = layout.nodes[place];
  const { layer, name } = node;
  const x = maps[node.sourceSlots[0]];
  const y = maps[node.slot];
  switch (layer.kind) {
    case 'linear':
    case 'convolution':
      addWeights(pass, storage.weights.get(name) as WeightStorage, x, y);
      break;
    case 'batch-normalisation':
      addNormalisation(pass, storage.normalisations.get(name) as NormalisationStorage, x, y, mode, node.takesRelu);
      break;
    case 'activation':
      if (node.taken) break;
      if (!node.inPlace) addSum(pass, x, null, y);
      addActivation(pass, layer.activation, y);
      break;
    case 'dropout':
      if (!node.inPlace) addSum(pass, x, null, y);
      if (mode === 'training' && layer.rate > 0) addDropout(pass, layer.rate, place, y);
      break;
    case 'flatten':
      if (!node.inPlace) addSum(pass, x, null, seenAs(y, node.inputShape), { shape: node.inputShape });
      break;
    case 'addition': {
      const [first, second, ...others] = node.sourceSlots.map((slot) => maps[slot]);
      const last = others.length;
      addSum(pass, first, second, y, { relu: node.takesRelu && last === 0 });
      others.forEach((other, place) => {
        addSum(pass, y, other, y, { relu: node.takesRelu && place === last - 1 });
      });
      break;
    }
    case 'max-pool':
    case 'average-pool':
    case 'global-average-pool': {
      const values = valuesOf(x.layout, size);
      builder.add(
        layer.kind === 'max-pool' ? 'max_pool' : 'average_pool',
        { x: x.first, y: y.first, ...poolArguments(node, x.layout, size), ...pitches('y', y.layout) },
        { shape: `${shapeText(x.layout)} -> ${shapeText(y.layout)}`, flops: values, bytes: 4 * values },
      );
    }
  }
}

function addWeights({ builder, size }: Pass, storage: WeightStorage, x: PlacedMap, y: PlacedMap): void {
  const { layer, terms, weight, bias, rows } = storage;
  const { quarters } = size;
  const places = y.layout.shape.height * y.layout.shape.width;
  const note: OperationNote = {
    shape: describeWeights(storage, size),
    flops: (2 * weight.count + (bias ? layer.outputs : 0)) * places * quarters * 4,
    bytes: weightBytes(storage) + 4 * (liveValuesOf(x.layout, size) + liveValuesOf(y.layout, size)),
  };
  if (layer.kind === 'linear') {
    const { inputs, outputs } = layer;
    const common = { x: x.first, bias: bias?.value ?? 0, y: y.first, quarters, inputs, outputs };
    if (rows) {
      const compressed = { rows: rows.starts, column: rows.offset, value: weight.value, tiles: rows.tiles ?? 1 };
      builder.add('sparse_forward', { ...common, ...compressed }, note);
    } else {
      builder.add('linear_forward', { ...common, weight: weight.value }, note);
    }
    return;
  }
  const { row, block } = pitchesOf(x.layout);
  const to = pitches('y', y.layout);
  const common = {
    bias: bias?.value ?? 0,
    quarters,
    outputs: layer.outputs,
    accumulate: 0,
    x_column: layer.stride * LANE_BYTES,
    x_row: layer.stride * row,
    x_block: block,
    y_column: LANE_BYTES,
    ...to,
  };
  if (rows) {
    const { height, width } = y.layout.shape;
    const compressed = { row_starts: rows.starts, offset: rows.offset, place: 0, value: weight.value };
    builder.add(
      'sparse_convolution',
      { ...common, ...compressed, x: x.first, y: y.first, rows: height, columns: width },
      note,
    );
    return;
  }
  for (const { at, terms: own, offset, index } of storage.regions) {
    const region = at.rows * at.columns;
    builder.add(
      'convolution',
      {
        ...common,
        x: x.first + at.row * common.x_row + at.column * common.x_column,
        y: y.first + at.row * to.y_row + at.column * LANE_BYTES,
        offset,
        index,
        weight: weight.value,
        terms: own,
        across: terms,
        rows: at.rows,
        columns: at.columns,
      },
      {
        shape: regionText(note.shape, at, storage.regions.length),
        flops: (2 * own + (bias ? 1 : 0)) * layer.outputs * region * quarters * 4,
        bytes: (note.bytes * region) / places,
      },
    );
  }
}

/** A line's shape with the region it works on, where there is more than one. */
export const regionText = (shape: string, { row, column, rows, columns }: Region, count: number): string =>
  count > 1 ? `${shape}, ${rows} x ${columns} from ${row} ${column}` : shape;

function addNormalisation(
  { builder, state, size }: Pass,
  { layer, scale, shift, mean, variance, applied }: NormalisationStorage,
  x: PlacedMap,
  y: PlacedMap,
  mode: 'training' | 'evaluation',
  relu: boolean,
): void {
  const { channels, height: rows, width: columns } = x.layout.shape;
  const running = { running_mean: mean.value, running_variance: variance.value };
  const values = valuesOf(x.layout, size);
  const shape = `${layer.name} ${shapeText(x.layout)}, ${size.blocks} blocks`;
  if (mode === 'training') {
    builder.add(
      'normalisation_statistics',
      {
        state,
        x: x.first,
        ...applied,
        ...running,
        ...NORMALISATION,
        channels,
        rows,
        columns,
        ...pitches('x', x.layout),
      },
      { shape, flops: 4 * values, bytes: 8 * values },
    );
  } else {
    builder.add(
      'normalisation_frozen',
      { ...applied, ...running, epsilon: NORMALISATION.epsilon, channels },
      { shape: `${layer.name} ${channels}`, flops: 3 * channels, bytes: 16 * channels },
    );
  }
  builder.add(
    'normalisation',
    {
      x: x.first,
      y: y.first,
      ...applied,
      scale: scale.value,
      shift: shift.value,
      relu: relu ? 1 : 0,
      blocks: size.blocks,
      channels,
      rows,
      columns,
      ...pitches('x', x.layout),
      ...pitches('y', y.layout),
    },
    { shape, flops: 3 * values, bytes: 8 * values },
  );
}

export function addLoss(
  { builder, state, size }: Pick<Pass, 'builder' | 'state' | 'size'>,
  { labels, indices }: BatchSource,
  classes: number,
  logits: number,
  dy: number,
  smoothing: number,
): void {
  const n = classes * size.blocks * LANES;
  builder.add(
    'cross_entropy',
    { state, logits, labels, indices, dy, blocks: size.blocks, classes, smoothing },
    { shape: `${classes} classes, ${size.blocks} blocks`, flops: (dy ? 8 : 4) * n, bytes: (dy ? 8 : 4) * n },
  );
}
