export { InputError } from './errors.js';
export * from './network.js';
export { buildStack, namedStacks, type StackDescription } from './stack.js';
