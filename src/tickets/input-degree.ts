import { inputSize, type Mask, type Network } from '../networks/network.js';
import { INPUT, nodesOf } from '../networks/shapes.js';

/** Kinds of layers that give each value they take in the same place. */
const inPlace: ReadonlySet<string> = new Set(['activation', 'batch-normalisation', 'dropout', 'flatten']);

/**
 * How many surviving weights read each input, in the order of the image `[channel][row][column]`: those of every layer
 * that takes the images as they are, which is the first of most networks. A weight of a convolution reads every pixel
 * that its window passes over. Zeros where something else, such as pooling, comes before all weights.
 *
 * @param mask null for the dense network
 */
export function inputDegree(network: Network, mask: Mask | null): number[] {
  const degree = new Array<number>(inputSize(network)).fill(0);
  const images = new Set<string>([INPUT]);
  for (const { layer, name, sources, inputShape, outputShape } of nodesOf(network)) {
    if (!images.has(sources[0])) continue;
    if (inPlace.has(layer.kind)) images.add(name);
    if (layer.kind !== 'linear' && layer.kind !== 'convolution') continue;
    const [rows, columns] = layer.kind === 'convolution' ? layer.kernel : [1, 1];
    const window = rows * columns * layer.inputs;
    // Survivors at each place of the window, all outputs together.
    const bits = mask?.get(`${layer.name}.weight`);
    const survivors = new Array<number>(window).fill(bits ? 0 : layer.outputs);
    if (bits) for (let place = 0; place < bits.length; place++) survivors[place % window] += bits[place];
    if (layer.kind === 'linear') {
      survivors.forEach((count, place) => {
        degree[place] += count;
      });
      continue;
    }
    const { stride, padding } = layer;
    const area = inputShape.height * inputShape.width;
    survivors.forEach((count, place) => {
      const channel = Math.floor(place / (rows * columns));
      const row = Math.floor(place / columns) % rows;
      const column = place % columns;
      for (let y = row - padding, i = 0; i < outputShape.height; i++, y += stride) {
        if (y < 0 || y >= inputShape.height) continue;
        for (let x = column - padding, k = 0; k < outputShape.width; k++, x += stride) {
          if (x >= 0 && x < inputShape.width) degree[channel * area + y * inputShape.width + x] += count;
        }
      }
    });
  }
  return degree;
}
