import type { PlacedMap } from './buffers.js';
import { LANE_BYTES, type MapLayout, pitches } from './maps.js';
import { floatsOf, shapeText, valuesOf } from './notes.js';
import type { Pass } from './pass.js';

/** The operands of y = a + b, or of y = a where there is no b. */
export interface SumOperands {
  readonly a: PlacedMap;
  readonly b?: PlacedMap;
  readonly y: PlacedMap;
  /** The shape that all of them are read and written in; default: that of y. */
  readonly shape?: MapLayout['shape'];
  /** Whether y is the positive part of the sum; default: false. */
  readonly relu?: boolean;
}

/** y = a + b, or a copy of a. */
export function addSum(
  { builder, size }: Pick<Pass, 'builder' | 'size'>,
  { a, b, y, shape = y.layout.shape, relu = false }: SumOperands,
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

/** Writes zeros to the border of a buffer that held something else before. */
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

/** An activation in place. */
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

/**
 * Dropout in place, of values in the forward pass and of gradients in the backward pass: the same draws.
 *
 * @param dropout the share of values that become zero, and the layer's place in the network, which names its stream
 */
export function addDropout(
  pass: Pass,
  map: PlacedMap,
  { rate, place }: { readonly rate: number; readonly place: number },
): void {
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
