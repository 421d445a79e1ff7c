/** What the lines of a program say of an operation: shapes for people, and counts of values and bytes. */
import type { BatchSize } from './buffers.js';
import type { Region } from './convolution-tables.js';
import { LANES, type MapLayout, pitchesOf } from './maps.js';
import type { WeightStorage } from './storage.js';

/** Values of a map in whole lane blocks. */
export const valuesOf = ({ shape }: MapLayout, { blocks }: BatchSize): number =>
  shape.channels * shape.height * shape.width * blocks * LANES;

/** Values of a map among the quarters that hold examples. */
export const liveValuesOf = ({ shape }: MapLayout, { quarters }: BatchSize): number =>
  shape.channels * shape.height * shape.width * quarters * 4;

/** Floats of a whole buffer, border included. */
export const floatsOf = (layout: MapLayout, { blocks }: BatchSize): number => (pitchesOf(layout).block * blocks) / 4;

/** Bytes of weights and indices that a kernel reads. */
export const weightBytes = ({ weight, kind }: WeightStorage): number => weight.count * (kind === 'sparse' ? 8 : 4);

/** A map's shape for people. */
export const shapeText = ({ shape: { channels, height, width } }: MapLayout): string =>
  height === 1 && width === 1 ? `${channels}` : `${channels} x ${height} x ${width}`;

/** A layer's weights for people: its name, their shape, the survivors where it is stored sparse, and the batch. */
export function describeWeights({ layer, terms, kind, kept }: WeightStorage, { quarters }: BatchSize): string {
  const size =
    layer.kind === 'linear'
      ? `${layer.outputs} x ${terms}`
      : `${layer.outputs} x ${layer.inputs} x ${layer.kernel.join(' x ')}`;
  return `${layer.name} ${size}${kind === 'sparse' ? `, ${kept} weights` : ''}, ${quarters * 4} lanes`;
}

/** A line's shape with the region it works on, where there is more than one. */
export const regionText = (shape: string, { row, column, rows, columns }: Region, count: number): string =>
  count > 1 ? `${shape}, ${rows} x ${columns} from ${row} ${column}` : shape;
