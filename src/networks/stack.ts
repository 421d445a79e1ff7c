import type { Activation, ImageShape, Layer, Network } from './network.js';

/** A fully connected stack as a user describes it: the widths of its hidden layers and the non-linearity between. */
export interface StackDescription {
  /** Units of each hidden layer, first to last; empty for a linear classifier. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** Fully connected stacks that have a name of their own. */
export const namedStacks: Readonly<Record<string, StackDescription>> = {
  /** LeCun et al. 1998; 266,200 weights on 28 x 28 images (Frankle and Carbin 2019, figure 2). */
  'lenet-300-100': { hidden: [300, 100], activation: 'relu' },
};

/**
 * Builds the network of a description for images of one shape. Layers are named `fc1`, `fc2`, ...
 *
 * @throws RangeError when a width is not a positive whole number
 */
export function buildStack(name: string, stack: StackDescription, input: ImageShape, classes: number): Network {
  const widths = [input.channels * input.height * input.width, ...stack.hidden, classes];
  for (const width of widths) {
    if (!Number.isInteger(width) || width < 1) {
      throw new RangeError(`layer width is ${width}; expected a whole number of at least 1.`);
    }
  }
  const layers: Layer[] = [];
  for (let i = 1; i < widths.length; i++) {
    layers.push({ kind: 'linear', name: `fc${i}`, inputs: widths[i - 1], outputs: widths[i] });
    if (i < widths.length - 1) layers.push({ kind: 'activation', activation: stack.activation, units: widths[i] });
  }
  return { name, input, classes, layers };
}
