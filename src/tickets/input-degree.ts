import { inputSize, type Mask, type Network } from '../networks/network.js';

/**
 * How many surviving weights of the first layer read each input, in the order of the image
 * `[channel][row][column]`.
 *
 * @param mask null for the dense network
 */
export function inputDegree(network: Network, mask: Mask | null): number[] {
  const first = network.layers.find((layer) => layer.kind === 'linear');
  const inputs = inputSize(network);
  const degree = new Array<number>(inputs).fill(0);
  if (!first) return degree;
  const bits = mask?.get(`${first.name}.weight`);
  if (!bits) return degree.fill(first.outputs);
  for (let place = 0; place < bits.length; place++) degree[place % inputs] += bits[place];
  return degree;
}
