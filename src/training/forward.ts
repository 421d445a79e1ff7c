import type { OperationNote } from '../kernels/program.js';
import { type BatchSize, type PlacedMap, seenAs } from './buffers.js';
import { forwardReach } from './convolution-tables.js';
import { addActivation, addDropout, addSum } from './elementwise.js';
import type { PlacedNode } from './layout.js';
import { LANE_BYTES, type MapLayout, pitches, pitchesOf } from './maps.js';
import { describeWeights, liveValuesOf, regionText, shapeText, valuesOf, weightBytes } from './notes.js';
import type { Pass } from './pass.js';
import type { NormalisationStorage, WeightStorage } from './storage.js';

/** Batch normalisation as PyTorch sets it: added to the variance, and the share of the batch in the running statistics. */
export const NORMALISATION = { epsilon: 1e-5, momentum: 0.1 } as const;

/** Arguments that every pooling operation has: a global one has one window, the whole map. */
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

/** One layer of the forward pass. In evaluation batch normalisation uses the running statistics, and dropout does nothing. */
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
      if (!node.inPlace) addSum(pass, { a: x, y });
      addActivation(pass, layer.activation, y);
      break;
    case 'dropout':
      if (!node.inPlace) addSum(pass, { a: x, y });
      if (mode === 'training' && layer.rate > 0) addDropout(pass, y, { rate: layer.rate, place });
      break;
    case 'flatten':
      if (!node.inPlace) addSum(pass, { a: x, y: seenAs(y, node.inputShape), shape: node.inputShape });
      break;
    case 'addition': {
      const [first, second, ...others] = node.sourceSlots.map((slot) => maps[slot]);
      const last = others.length;
      addSum(pass, { a: first, b: second, y, relu: node.takesRelu && last === 0 });
      others.forEach((other, place) => {
        addSum(pass, { a: y, b: other, y, relu: node.takesRelu && place === last - 1 });
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
  const { row, channel, block } = pitchesOf(x.layout);
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
    const compressed = {
      row_starts: rows.starts,
      tiles: rows.tiles as number,
      offset: rows.offset,
      value: weight.value,
      channels: layer.inputs,
      x_reach: forwardReach(layer, x.layout),
      x_channel: channel,
    };
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
