import type { Mask, Parameter } from '../../networks/network.js';

/** Calls `visit` for each surviving weight of a tensor, in order; an output or input of a convolution is a channel. */
export function eachSurvivor(
  { name, size, shape: [outputs, inputs] }: Parameter,
  mask: Mask,
  visit: (output: number, input: number, place: number) => void,
): void {
  const bits = mask.get(name);
  const area = size / (outputs * inputs);
  for (let output = 0, place = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      for (let i = 0; i < area; i++, place++) if (bits?.[place] !== 0) visit(output, input, place);
    }
  }
}
