import type { Kernels } from '../kernels/kernels.js';
import type { OperationNote } from '../kernels/program.js';
import type { ConvolutionLayer } from '../networks/network.js';
import type { PlacedMap } from './buffers.js';
import { reachOf } from './convolution-tables.js';
import { addSum } from './elementwise.js';
import type { GradientBuffers, SlotGradient } from './gradient-buffers.js';
import { LANE_BYTES, pitches, pitchesOf } from './maps.js';
import { describeWeights, liveValuesOf, regionText, weightBytes } from './notes.js';
import type { Pass } from './pass.js';
import type { WeightStorage } from './storage.js';

/** Where the gradient to a layer's input goes. */
export type InputGradients = Pick<GradientBuffers, 'of' | 'scratch' | 'free'>;

/** The backward pass of layers with weights: gradients of weights and biases, and of what the layer reads. */
export class WeightGradients {
  readonly #pass: Pass;
  readonly #values: readonly PlacedMap[];
  readonly #gradients: InputGradients;
  /** Room for four partial sums of each weight of the largest convolution. */
  readonly #partial: number;

  constructor(kernels: Kernels, pass: Pass, values: readonly PlacedMap[], gradients: InputGradients) {
    this.#pass = pass;
    this.#values = values;
    this.#gradients = gradients;
    const convolutions = [...pass.storage.weights.values()].filter(({ layer }) => layer.kind === 'convolution');
    const largest = Math.max(0, ...convolutions.map(({ weight }) => weight.count));
    this.#partial = largest > 0 ? kernels.allocate(largest * 16) : 0;
  }

  /**
   * Adds a layer's operations.
   *
   * @param source the slot that the layer reads
   * @param dy the gradient of its output
   */
  add(storage: WeightStorage, source: number, dy: PlacedMap): void {
    const note = this.#note(storage, source, dy);
    const linear = storage.layer.kind === 'linear';
    if (linear) this.#addLinear(storage, this.#values[source], dy, note);
    else this.#addConvolution(storage, this.#values[source], dy, note);
    if (!this.#pass.layout.needsGradient[source]) return;
    const dx = this.#gradients.of(source);
    if (linear) this.#addLinearInput(storage, dx, dy, note);
    else this.#addConvolutionInput(storage, dx, dy, note);
  }

  #note(storage: WeightStorage, source: number, dy: PlacedMap): OperationNote {
    const { size, layout } = this.#pass;
    const { height, width } = dy.layout.shape;
    return {
      shape: describeWeights(storage, size),
      flops: 2 * storage.weight.count * height * width * size.quarters * 4,
      bytes: weightBytes(storage) + 4 * (liveValuesOf(dy.layout, size) + liveValuesOf(layout.slots[source], size)),
    };
  }

  /** Zeroes the gradients of pruned weights of a densely stored layer. */
  #addMask({ layer, weight, kept, maskWords }: WeightStorage): void {
    if (maskWords === undefined) return;
    const n = Math.ceil(weight.count / 4) * 4;
    this.#pass.builder.add(
      'mask_gradient',
      { gradient: weight.gradient, mask: maskWords, n },
      { shape: `${layer.name}, ${kept} of ${weight.count}`, flops: 0, bytes: 12 * n },
    );
  }

  #addLinear(storage: WeightStorage, x: PlacedMap, dy: PlacedMap, note: OperationNote): void {
    const { builder, size } = this.#pass;
    const { layer, weight, bias, rows } = storage;
    const { inputs, outputs } = layer;
    const { quarters } = size;
    const common = { dy: dy.first, x: x.first, gradient: weight.gradient, quarters, inputs, outputs };
    if (rows) {
      const compressed = { rows: rows.starts, column: rows.offset, tiles: rows.tiles ?? 1 };
      builder.add('sparse_weight_gradient', { ...common, ...compressed }, note);
    } else {
      builder.add('linear_weight_gradient', common, note);
      this.#addMask(storage);
    }
    if (!bias) return;
    const lanes = outputs * quarters * 4;
    builder.add(
      'bias_gradient',
      { dy: dy.first, gradient: bias.gradient, quarters, outputs },
      { shape: `${layer.name} ${outputs}, ${quarters * 4} lanes`, flops: lanes, bytes: 4 * lanes },
    );
  }

  #addLinearInput(storage: WeightStorage, { map, written }: SlotGradient, dy: PlacedMap, note: OperationNote): void {
    const { builder, size } = this.#pass;
    const { layer, weight, columns } = storage;
    const { inputs, outputs } = layer;
    // These kernels write and do not add, so a second contribution goes through a buffer of its own.
    const to = written ? this.#gradients.scratch(map.layout) : map;
    const common = { dy: dy.first, dx: to.first, quarters: size.quarters, inputs, outputs };
    if (columns) {
      const { starts, offset, place } = columns;
      const compressed = { columns: starts, row: offset, place: place as number, value: weight.value };
      builder.add('sparse_input_gradient', { ...common, ...compressed }, note);
    } else {
      builder.add('linear_input_gradient', { ...common, weight: weight.value }, note);
    }
    if (!written) return;
    addSum(this.#pass, { a: map, b: to, y: map });
    this.#gradients.free(to);
  }

  #addConvolution(storage: WeightStorage, x: PlacedMap, dy: PlacedMap, note: OperationNote): void {
    const { builder, size } = this.#pass;
    const { weight, bias, rows, rowStarts, terms, offset } = storage;
    const layer = storage.layer as ConvolutionLayer;
    const { quarters } = size;
    const { height, width } = dy.layout.shape;
    const { row, block } = pitchesOf(x.layout);
    const common = {
      dy: dy.first,
      x: x.first,
      partial: this.#partial,
      gradient: weight.gradient,
      quarters,
      outputs: layer.outputs,
      rows: height,
      columns: width,
      x_column: layer.stride * LANE_BYTES,
      x_row: layer.stride * row,
      x_block: block,
      ...pitches('dy', dy.layout),
    };
    if (rows) {
      const compressed = { row_starts: rowStarts, offset: rows.offset };
      builder.add('sparse_convolution_weight_gradient', { ...common, ...compressed }, note);
    } else {
      builder.add('convolution_weight_gradient', { ...common, offset, terms }, note);
      this.#addMask(storage);
    }
    if (!bias) return;
    const values = liveValuesOf(dy.layout, size);
    builder.add(
      'map_bias_gradient',
      {
        dy: dy.first,
        gradient: bias.gradient,
        quarters,
        channels: layer.outputs,
        rows: height,
        columns: width,
        ...pitches('dy', dy.layout),
      },
      { shape: `${layer.name} ${layer.outputs}, ${quarters * 4} lanes`, flops: values, bytes: 4 * values },
    );
  }

  /** Class by class of the input's places: each is a convolution of the output's gradient with transposed weights. */
  #addConvolutionInput(
    storage: WeightStorage,
    { map, written }: SlotGradient,
    dy: PlacedMap,
    note: OperationNote,
  ): void {
    const { builder, size } = this.#pass;
    const { weight, classes } = storage;
    const layer = storage.layer as ConvolutionLayer;
    const { inputs } = layer;
    const { quarters } = size;
    const to = pitchesOf(map.layout);
    const from = pitchesOf(dy.layout);
    const area = layer.kernel[0] * layer.kernel[1];
    const common = {
      bias: 0,
      quarters,
      outputs: inputs,
      accumulate: written ? 1 : 0,
      x_column: LANE_BYTES,
      x_row: from.row,
      x_block: from.block,
      y_column: layer.stride * LANE_BYTES,
      y_row: layer.stride * to.row,
      y_channel: to.channel,
      y_block: to.block,
    };
    for (const { at, terms, index, turned, regions, rows } of classes) {
      const begin = map.first + at.row * to.row + at.column * LANE_BYTES;
      const shape = `${note.shape}, to its input${classes.length > 1 ? `, class ${at.row} ${at.column}` : ''}`;
      const bytes = note.bytes / classes.length;
      if (rows) {
        const { starts, offset, place, tiles } = rows;
        builder.add(
          'turn_weights',
          { weight: weight.value, index: place as number, turned, terms, outputs: 1, across: 0 },
          { shape: `${layer.name} ${terms}`, flops: 0, bytes: 8 * terms },
        );
        const compressed = {
          row_starts: starts,
          tiles: tiles as number,
          offset,
          value: turned,
          channels: layer.outputs,
          x_reach: reachOf(at.taps),
          x_channel: from.channel,
        };
        builder.add(
          'sparse_convolution',
          { ...common, ...compressed, x: dy.first, y: begin, rows: at.rows, columns: at.columns },
          { shape, flops: 2 * terms * at.rows * at.columns * quarters * 4, bytes },
        );
        continue;
      }
      builder.add(
        'turn_weights',
        { weight: weight.value, index, turned, terms, outputs: inputs, across: area },
        { shape: `${layer.name} ${inputs} x ${terms}`, flops: 0, bytes: 8 * inputs * terms },
      );
      for (const region of regions) {
        const { row, column, rows, columns } = region.at;
        builder.add(
          'convolution',
          {
            ...common,
            x: dy.first + row * from.row + column * LANE_BYTES,
            y: begin + row * common.y_row + column * common.y_column,
            offset: region.offset,
            index: region.index,
            weight: turned,
            terms: region.terms,
            across: terms,
            rows,
            columns,
          },
          {
            shape: regionText(shape, region.at, regions.length),
            flops: 2 * region.terms * inputs * rows * columns * quarters * 4,
            bytes: (bytes * rows * columns) / (at.rows * at.columns),
          },
        );
      }
    }
  }
}
