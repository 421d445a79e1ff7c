import type { ConvolutionLayer, FlattenLayer, ImageShape, Network } from '../networks/network.js';
import { INPUT, type Node, nodesOf } from '../networks/shapes.js';
import type { MapLayout } from './maps.js';

/** A buffer: the output of one node, or of several that work on it in place, and its gradient, which lies the same way. */
export type Slot = MapLayout;

/** A layer and the buffers it works on. */
export interface PlacedNode extends Node {
  /** The slot it writes. */
  readonly slot: number;
  /** The slots it reads; its own where it works in place. */
  readonly sourceSlots: readonly number[];
  readonly inPlace: boolean;
  /** A batch normalisation or addition that does the work of the relu that follows it in place. */
  readonly takesRelu: boolean;
  /** A relu whose forward work the node before it does. */
  readonly taken: boolean;
}

export interface NetworkLayout {
  readonly nodes: readonly PlacedNode[];
  /** Slot 0 holds the images. */
  readonly slots: readonly Slot[];
  /** Whether a gradient must reach a slot: something that is trained lies before it. */
  readonly needsGradient: readonly boolean[];
}

const places = ({ height, width }: ImageShape): number => height * width;

/** A flatten layer before every fully connected layer that takes a map as it is. */
function withFlattening(nodes: readonly Node[]): Node[] {
  const given = new Map(nodes.map((node) => [node.name, node]));
  return nodes.flatMap((node): Node[] => {
    if (node.layer.kind !== 'linear' || places(node.inputShape) === 1) return [node];
    if (given.get(node.sources[0])?.layer.kind === 'flatten') return [node];
    const name = `${node.name} (flatten)`;
    const outputShape = { channels: node.layer.inputs, height: 1, width: 1 };
    const layer: FlattenLayer = { kind: 'flatten' };
    const flatten: Node = { layer, name, sources: node.sources, inputShape: node.inputShape, outputShape };
    return [flatten, { ...node, sources: [name], inputShape: outputShape }];
  });
}

/** Border that the gradient of a convolution's output needs, so that the gradient to its input finds zeros there. */
function gradientBorder({ kernel, stride, padding }: ConvolutionLayer, input: ImageShape, output: ImageShape): number {
  let border = 0;
  const reach = (size: number, taps: number, count: number) => {
    for (let place = 0; place < size; place++) {
      for (let tap = 0; tap < taps; tap++) {
        const at = (place + padding - tap) / stride;
        if (Number.isInteger(at)) border = Math.max(border, -at, at - (count - 1));
      }
    }
  };
  reach(input.height, kernel[0], output.height);
  reach(input.width, kernel[1], output.width);
  return border;
}

/**
 * Gives every layer its buffers. An activation or dropout works in place where nothing else needs what was there, and a
 * flatten where the map has no border; every other layer writes a buffer of its own.
 */
export function layOut(network: Network): NetworkLayout {
  const nodes = withFlattening(nodesOf(network));
  const consumers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const source of node.sources) consumers.set(source, [...(consumers.get(source) ?? []), node]);
  }
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const alone = (source: string) => consumers.get(source)?.length === 1;

  /** Whether a node may overwrite its source, borders apart. */
  const mayOverwrite = ({ layer, sources: [source] }: Node): boolean => {
    if (source === INPUT || !alone(source)) return false;
    const before = byName.get(source)?.layer;
    if (layer.kind === 'flatten') return true;
    // An activation's gradient is read off its output; that of relu survives a dropout, which only zeroes and scales.
    if (layer.kind === 'dropout') return before?.kind !== 'activation' || before.activation === 'relu';
    return layer.kind === 'activation' && before?.kind !== 'activation';
  };

  // The border that a node's output needs for itself and for what reads it, last node first.
  const needs = new Map<string, number>();
  const needOf = (name: string, own: number): number => {
    let need = own;
    for (const reader of consumers.get(name) ?? []) {
      if (reader.layer.kind === 'convolution') need = Math.max(need, reader.layer.padding);
      const passesOn = reader.layer.kind !== 'flatten' && mayOverwrite(reader);
      if (passesOn) need = Math.max(need, needs.get(reader.name) ?? 0);
    }
    return need;
  };
  for (const node of [...nodes].reverse()) {
    const own = node.layer.kind === 'convolution' ? gradientBorder(node.layer, node.inputShape, node.outputShape) : 0;
    needs.set(node.name, needOf(node.name, own));
  }

  // A relu right after a batch normalisation or an addition, and in place on it, is computed along with it.
  const relus = new Set<string>();
  const takers = new Set<string>();
  for (const node of nodes) {
    const [source] = node.sources;
    const before = byName.get(source)?.layer.kind;
    if (node.layer.kind !== 'activation' || node.layer.activation !== 'relu' || !mayOverwrite(node)) continue;
    if (before !== 'batch-normalisation' && before !== 'addition') continue;
    relus.add(source);
    takers.add(node.name);
  }

  const slots: Slot[] = [{ shape: network.input, border: needOf(INPUT, 0) }];
  const needsGradient = [false];
  const slotOf = new Map<string, number>([[INPUT, 0]]);
  const placed = nodes.map((node): PlacedNode => {
    const sourceSlots = node.sources.map((source) => slotOf.get(source) as number);
    const trained = ['linear', 'convolution', 'batch-normalisation'].includes(node.layer.kind);
    const source = slots[sourceSlots[0]];
    const inPlace =
      mayOverwrite(node) && (node.layer.kind !== 'flatten' || (source.border === 0 && needs.get(node.name) === 0));
    let slot = sourceSlots[0];
    if (!inPlace) {
      slot = slots.push({ shape: node.outputShape, border: needs.get(node.name) ?? 0 }) - 1;
      needsGradient.push(trained || sourceSlots.some((from) => needsGradient[from]));
    }
    slotOf.set(node.name, slot);
    return { ...node, slot, sourceSlots, inPlace, takesRelu: relus.has(node.name), taken: takers.has(node.name) };
  });
  return { nodes: placed, slots, needsGradient };
}
