import type { Kernels } from '../kernels/kernels.js';
import type { OperationNote } from '../kernels/program.js';
import { type PlacedMap, seenAs } from './buffers.js';
import { addDropout } from './elementwise.js';
import { poolArguments } from './forward.js';
import { GradientBuffers } from './gradient-buffers.js';
import type { PlacedNode } from './layout.js';
import { pitches } from './maps.js';
import { floatsOf, shapeText, valuesOf } from './notes.js';
import type { Pass } from './pass.js';
import type { NormalisationStorage, WeightStorage } from './storage.js';
import { WeightGradients } from './weight-gradients.js';

/**
 * The backward pass: nodes from last to first, each turning the gradient of its output into those of its tensors and of
 * its inputs.
 */
export class BackwardPass {
  readonly #pass: Pass;
  readonly #values: readonly PlacedMap[];
  readonly #gradients: GradientBuffers;
  readonly #weights: WeightGradients;

  /** @param values every slot's values, as the forward pass leaves them */
  constructor(kernels: Kernels, pass: Pass, values: readonly PlacedMap[]) {
    this.#pass = pass;
    this.#values = values;
    this.#gradients = new GradientBuffers(kernels, pass);
    this.#weights = new WeightGradients(kernels, pass, values, this.#gradients);
  }

  /** The logits' gradient, which the loss writes. */
  get logits(): PlacedMap {
    const { nodes } = this.#pass.layout;
    return this.#gradients.of(nodes[nodes.length - 1].slot).map;
  }

  /** Adds every node's operations, last first. */
  add(): void {
    const { nodes } = this.#pass.layout;
    for (let place = nodes.length - 1; place >= 0; place--) {
      const node = nodes[place];
      const dy = this.#gradients.present(node.slot);
      // Nothing that is trained lies before it.
      if (dy === undefined) continue;
      this.#addNode(node, place, dy);
      if (!node.inPlace) this.#gradients.release(node.slot);
    }
  }

  #addNode(node: PlacedNode, place: number, dy: PlacedMap): void {
    const { storage } = this.#pass;
    const { layer, name } = node;
    const [source] = node.sourceSlots;
    switch (layer.kind) {
      case 'linear':
      case 'convolution':
        this.#weights.add(storage.weights.get(name) as WeightStorage, source, dy);
        break;
      case 'batch-normalisation':
        this.#addNormalisation(storage.normalisations.get(name) as NormalisationStorage, node, dy);
        break;
      case 'activation':
        // A batch normalisation before it computes by itself what the relu let through.
        if (node.taken && storage.normalisations.has(node.sources[0])) break;
        this.#addActivation(layer.activation, node, dy);
        if (!node.inPlace) this.#gradients.contribute(source, dy);
        break;
      case 'dropout':
        if (layer.rate > 0) addDropout(this.#pass, dy, { rate: layer.rate, place });
        if (!node.inPlace) this.#gradients.contribute(source, dy);
        break;
      case 'flatten':
        if (!node.inPlace) this.#gradients.contribute(source, seenAs(dy, node.inputShape));
        break;
      case 'addition':
        this.#gradients.contributeToAll(node.sourceSlots, dy);
        break;
      case 'max-pool':
      case 'average-pool':
      case 'global-average-pool':
        this.#addPooling(node, dy);
    }
  }

  #addActivation(activation: 'relu' | 'tanh' | 'sigmoid', { slot }: PlacedNode, dy: PlacedMap): void {
    const { builder, size } = this.#pass;
    const n = floatsOf(dy.layout, size);
    builder.add(
      `${activation}_gradient`,
      { y: this.#values[slot].base, dy: dy.base, n },
      { shape: `${shapeText(dy.layout)}, ${size.blocks} blocks`, flops: n, bytes: 12 * n },
    );
  }

  #addPooling(node: PlacedNode, dy: PlacedMap): void {
    const { builder, layout, size } = this.#pass;
    const [source] = node.sourceSlots;
    if (!layout.needsGradient[source]) return;
    const { map, written } = this.#gradients.of(source);
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
    if (node.layer.kind === 'max-pool') {
      builder.add('max_pool_gradient', { ...common, x: x.first, dx: map.first, ...pitches('dx', map.layout) }, note);
    } else {
      builder.add('average_pool_gradient', { ...common, x: map.first }, note);
    }
  }

  #addNormalisation(
    { layer, applied, scale, shift }: NormalisationStorage,
    { sourceSlots: [source], takesRelu }: PlacedNode,
    dy: PlacedMap,
  ): void {
    const { builder, state, size, layout } = this.#pass;
    const x = this.#values[source];
    const { channels, height, width } = x.layout.shape;
    const values = valuesOf(x.layout, size);
    // The gradients of scale and shift need the input's gradient computed whether or not anything else does.
    const needed = layout.needsGradient[source];
    const dx = needed
      ? this.#gradients.inPlaceOf(source, dy)
      : { map: this.#gradients.scratch(x.layout), written: false };
    builder.add(
      'normalisation_gradient',
      {
        state,
        x: x.first,
        dy: dy.first,
        dx: dx.map.first,
        ...applied,
        scale: scale.value,
        shift: shift.value,
        relu: takesRelu ? 1 : 0,
        dscale: scale.gradient,
        dshift: shift.gradient,
        channels,
        rows: height,
        columns: width,
        accumulate: dx.written ? 1 : 0,
        ...pitches('x', x.layout),
        ...pitches('dy', dy.layout),
        ...pitches('dx', dx.map.layout),
      },
      { shape: `${layer.name} ${shapeText(x.layout)}, ${size.blocks} blocks`, flops: 11 * values, bytes: 20 * values },
    );
    if (!needed) this.#gradients.free(dx.map);
  }
}
