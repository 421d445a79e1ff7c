import type { Kernels } from '../kernels/kernels.js';
import type { OperationNote } from '../kernels/program.js';
import type { ConvolutionLayer } from '../networks/network.js';
import { BufferPool, type PlacedMap, placedMap } from './buffers.js';
import {
  addDropout,
  addSum,
  addZeroBorder,
  describeWeights,
  floatsOf,
  liveValuesOf,
  type Pass,
  poolArguments,
  regionText,
  seenAs,
  shapeText,
  valuesOf,
  weightBytes,
} from './forward.js';
import type { PlacedNode } from './layout.js';
import { bytesOf, LANE_BYTES, pitches, pitchesOf } from './maps.js';
import type { NormalisationStorage, WeightStorage } from './storage.js';

/**
 * The backward pass: nodes from last to first, each turning the gradient of its output into those of its tensors and of
 * what it took. A slot that several nodes read gathers their gradients in the order in which the pass meets them, last node
 * first. Buffers are taken from a pool and given back as soon as the node that wrote the slot has been passed.
 */
export class BackwardPass {
  readonly #pass: Pass;
  readonly #values: readonly PlacedMap[];
  readonly #pool: BufferPool;
  readonly #gradients = new Map<number, PlacedMap>();
  /** Room for four partial sums of each weight of the largest convolution. */
  readonly #partial: number;

  constructor(kernels: Kernels, pass: Pass, values: readonly PlacedMap[]) {
    this.#pass = pass;
    this.#values = values;
    this.#pool = new BufferPool(kernels);
    const convolutions = [...pass.storage.weights.values()].filter(({ layer }) => layer.kind === 'convolution');
    const largest = Math.max(0, ...convolutions.map(({ weight }) => weight.count));
    this.#partial = largest > 0 ? kernels.allocate(largest * 16) : 0;
  }

  /** The logits' gradient, which the loss writes. */
  get logits(): PlacedMap {
    const { nodes } = this.#pass.layout;
    return this.#gradient(nodes[nodes.length - 1].slot).map;
  }

  /** Adds every node's operations, last first. */
  add(): void {
    const { nodes } = this.#pass.layout;
    for (let place = nodes.length - 1; place >= 0; place--) {
      const node = nodes[place];
      const dy = this.#gradients.get(node.slot);
      // Nothing that is trained lies before it.
      if (dy === undefined) continue;
      this.#addNode(node, place, dy);
      if (node.inPlace) continue;
      this.#gradients.delete(node.slot);
      const handedOn = [...this.#gradients.values()].includes(dy);
      if (!handedOn) this.#pool.give(dy.base);
    }
  }

  /** A slot's gradient buffer, and whether something stands in it already. */
  #gradient(slot: number): { map: PlacedMap; written: boolean } {
    const present = this.#gradients.get(slot);
    if (present) return { map: present, written: true };
    const layout = this.#pass.layout.slots[slot];
    const map = placedMap(layout, this.#pool.take(bytesOf(layout, this.#pass.size.blocks)));
    this.#gradients.set(slot, map);
    // Only a convolution reads the border of its output's gradient; elsewhere the border is there for the values.
    if (this.#writersOf(slot).some(({ layer }) => layer.kind === 'convolution')) addZeroBorder(this.#pass, map);
    return { map, written: false };
  }

  #writersOf(slot: number): PlacedNode[] {
    return this.#pass.layout.nodes.filter((node) => node.slot === slot);
  }

  /** Whether a slot may take over a buffer with another border: its gradient is read by a batch normalisation alone. */
  #mayTakeOver(slot: number): boolean {
    const { needsGradient } = this.#pass.layout;
    return (
      needsGradient[slot] &&
      !this.#gradients.has(slot) &&
      this.#writersOf(slot).every(({ layer, taken }) => layer.kind === 'batch-normalisation' || taken)
    );
  }

  /** Gives a gradient to the slot it belongs to. */
  #contribute(slot: number, from: PlacedMap): void {
    if (!this.#pass.layout.needsGradient[slot]) return;
    const { map, written } = this.#gradient(slot);
    if (written) addSum(this.#pass, map, from, map);
    else addSum(this.#pass, from, null, map);
  }

  #addNode(node: PlacedNode, place: number, dy: PlacedMap): void {
    const { builder, layout, storage, size } = this.#pass;
    const { layer, name } = node;
    const [source] = node.sourceSlots;
    switch (layer.kind) {
      case 'linear':
        this.#addLinear(storage.weights.get(name) as WeightStorage, source, dy);
        break;
      case 'convolution':
        this.#addConvolution(storage.weights.get(name) as WeightStorage, source, dy);
        break;
      case 'batch-normalisation':
        this.#addNormalisation(storage.normalisations.get(name) as NormalisationStorage, source, dy, node.takesRelu);
        break;
      case 'activation': {
        // A normalisation before it works out by itself what the relu let through.
        if (node.taken && storage.normalisations.has(node.sources[0])) break;
        const n = floatsOf(dy.layout, size);
        builder.add(
          `${layer.activation}_gradient`,
          { y: this.#values[node.slot].base, dy: dy.base, n },
          { shape: `${shapeText(dy.layout)}, ${size.blocks} blocks`, flops: n, bytes: 12 * n },
        );
        if (!node.inPlace) this.#contribute(source, dy);
        break;
      }
      case 'dropout':
        if (layer.rate > 0) addDropout(this.#pass, layer.rate, place, dy);
        if (!node.inPlace) this.#contribute(source, dy);
        break;
      case 'flatten':
        if (!node.inPlace) this.#contribute(source, seenAs(dy, node.inputShape));
        break;
      case 'addition':
        this.#addAddition(node, dy);
        break;
      case 'max-pool':
      case 'average-pool':
      case 'global-average-pool': {
        if (!layout.needsGradient[source]) break;
        const { map, written } = this.#gradient(source);
        const x = this.#values[source];
        if (!written) {
          const n = floatsOf(map.layout, size);
          builder.add('zero', { y: map.base, n }, { shape: shapeText(map.layout), flops: 0, bytes: 4 * n });
        }
        const values = valuesOf(x.layout, size);
        const note: OperationNote = {
          shape: `${shapeText(x.layout)} -> ${shapeText(dy.layout)}`,
          flops: values,
          bytes: 12 * values,
        };
        const common = { y: dy.first, ...poolArguments(node, x.layout, size), ...pitches('y', dy.layout) };
        if (layer.kind === 'max-pool') {
          builder.add(
            'max_pool_gradient',
            { ...common, x: x.first, dx: map.first, ...pitches('dx', map.layout) },
            note,
          );
        } else {
          builder.add('average_pool_gradient', { ...common, x: map.first }, note);
        }
      }
    }
  }

  /** Every source gets the gradient as it is; one of them may get the very buffer, which is not needed any more. */
  #addAddition({ sourceSlots }: PlacedNode, dy: PlacedMap): void {
    const heir = sourceSlots.find(
      (slot) => this.#mayTakeOver(slot) && sourceSlots.filter((s) => s === slot).length === 1,
    );
    for (const slot of sourceSlots) if (slot !== heir) this.#contribute(slot, dy);
    if (heir !== undefined) this.#gradients.set(heir, dy);
  }

  #note(storage: WeightStorage, dy: PlacedMap, source: number, weights = storage.weight.count): OperationNote {
    const { size, layout } = this.#pass;
    const { height, width } = dy.layout.shape;
    return {
      shape: describeWeights(storage, size),
      flops: 2 * weights * height * width * size.quarters * 4,
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

  #addLinear(storage: WeightStorage, source: number, dy: PlacedMap): void {
    const { builder, size, layout } = this.#pass;
    const { layer, weight, bias, rows, columns } = storage;
    const { inputs, outputs } = layer;
    const note = this.#note(storage, dy, source);
    const { quarters } = size;
    const shared = { dy: dy.first, quarters, inputs, outputs };
    const x = this.#values[source].first;
    const gradient = weight.gradient;
    if (rows) {
      const compressed = { rows: rows.starts, column: rows.offset, tiles: rows.tiles ?? 1 };
      builder.add('sparse_weight_gradient', { ...shared, ...compressed, x, gradient }, note);
    } else {
      builder.add('linear_weight_gradient', { ...shared, x, gradient }, note);
      this.#addMask(storage);
    }
    if (bias) {
      const lanes = outputs * quarters * 4;
      builder.add(
        'bias_gradient',
        { dy: dy.first, gradient: bias.gradient, quarters, outputs },
        { shape: `${layer.name} ${outputs}, ${quarters * 4} lanes`, flops: lanes, bytes: 4 * lanes },
      );
    }
    if (!layout.needsGradient[source]) return;
    const { map, written } = this.#gradient(source);
    // These kernels write and do not add, so a second contribution goes by way of a buffer of its own.
    const to = written ? placedMap(map.layout, this.#pool.take(bytesOf(map.layout, size.blocks))) : map;
    if (columns) {
      const { starts, offset, place } = columns;
      const compressed = { columns: starts, row: offset, place: place as number, value: weight.value };
      builder.add('sparse_input_gradient', { ...shared, ...compressed, dx: to.first }, note);
    } else {
      builder.add('linear_input_gradient', { ...shared, weight: weight.value, dx: to.first }, note);
    }
    if (!written) return;
    addSum(this.#pass, map, to, map);
    this.#pool.give(to.base);
  }

  #addConvolution(storage: WeightStorage, source: number, dy: PlacedMap): void {
    const { builder, size, layout } = this.#pass;
    const { weight, bias, rows, terms, classes, offset } = storage;
    const layer = storage.layer as ConvolutionLayer;
    const note = this.#note(storage, dy, source);
    const { quarters } = size;
    const { height, width } = dy.layout.shape;
    const x = this.#values[source];
    const { row, block } = pitchesOf(x.layout);
    const shared = {
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
      builder.add(
        'sparse_convolution_weight_gradient',
        { ...shared, row_starts: rows.starts, offset: rows.offset },
        note,
      );
    } else {
      builder.add('convolution_weight_gradient', { ...shared, offset, terms }, note);
      this.#addMask(storage);
    }
    if (bias) {
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
    if (!layout.needsGradient[source]) return;
    const { map, written } = this.#gradient(source);
    const to = pitchesOf(map.layout);
    const from = pitchesOf(dy.layout);
    const area = layer.kernel[0] * layer.kernel[1];
    for (const { at, terms: count, index, turned, regions, rows: compressed } of classes) {
      const begin = map.first + at.row * to.row + at.column * LANE_BYTES;
      const common = {
        bias: 0,
        quarters,
        outputs: layer.inputs,
        accumulate: written ? 1 : 0,
        x_column: LANE_BYTES,
        x_row: from.row,
        x_block: from.block,
        y_column: layer.stride * LANE_BYTES,
        y_row: layer.stride * to.row,
        y_channel: to.channel,
        y_block: to.block,
      };
      const shape = `${note.shape}, to its input${classes.length > 1 ? `, class ${at.row} ${at.column}` : ''}`;
      const bytes = note.bytes / classes.length;
      if (compressed) {
        const { starts, offset: offsets, place } = compressed;
        const tables = { row_starts: starts, offset: offsets, place: place as number, value: weight.value };
        builder.add(
          'sparse_convolution',
          { ...common, ...tables, x: dy.first, y: begin, rows: at.rows, columns: at.columns },
          { shape, flops: 2 * count * at.rows * at.columns * quarters * 4, bytes },
        );
        continue;
      }
      const { inputs } = layer;
      builder.add(
        'turn_weights',
        { weight: weight.value, index, turned, terms: count, outputs: inputs, across: area },
        { shape: `${layer.name} ${inputs} x ${count}`, flops: 0, bytes: 8 * inputs * count },
      );
      for (const region of regions) {
        const { row: down, column: right, rows: tall, columns: wide } = region.at;
        builder.add(
          'convolution',
          {
            ...common,
            x: dy.first + down * from.row + right * LANE_BYTES,
            y: begin + down * common.y_row + right * common.y_column,
            offset: region.offset,
            index: region.index,
            weight: turned,
            terms: region.terms,
            across: count,
            rows: tall,
            columns: wide,
          },
          {
            shape: regionText(shape, region.at, regions.length),
            flops: 2 * region.terms * inputs * tall * wide * quarters * 4,
            bytes: (bytes * tall * wide) / (at.rows * at.columns),
          },
        );
      }
    }
  }

  #addNormalisation(
    { layer, applied, scale, shift }: NormalisationStorage,
    source: number,
    dy: PlacedMap,
    relu: boolean,
  ): void {
    const { builder, state, size, layout } = this.#pass;
    const x = this.#values[source];
    const { channels, height, width } = x.layout.shape;
    const values = valuesOf(x.layout, size);
    // The statistics need the input's gradient computed whether or not anything wants it.
    const wanted = layout.needsGradient[source];
    const target = wanted
      ? this.#gradient(source)
      : { map: placedMap(x.layout, this.#pool.take(bytesOf(x.layout, size.blocks))), written: false };
    builder.add(
      'normalisation_gradient',
      {
        state,
        x: x.first,
        dy: dy.first,
        dx: target.map.first,
        ...applied,
        scale: scale.value,
        shift: shift.value,
        relu: relu ? 1 : 0,
        dscale: scale.gradient,
        dshift: shift.gradient,
        channels,
        rows: height,
        columns: width,
        accumulate: target.written ? 1 : 0,
        ...pitches('x', x.layout),
        ...pitches('dy', dy.layout),
        ...pitches('dx', target.map.layout),
      },
      { shape: `${layer.name} ${shapeText(x.layout)}, ${size.blocks} blocks`, flops: 11 * values, bytes: 20 * values },
    );
    if (!wanted) this.#pool.give(target.map.base);
  }
}
