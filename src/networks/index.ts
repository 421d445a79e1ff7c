export { InputError } from './errors.js';
export * from './network.js';
export { describeNetwork, INPUT, type LayerDescription, type Node, nodesOf, sizeOf } from './shapes.js';
export { buildStack, namedStacks, type StackDescription } from './stack.js';
