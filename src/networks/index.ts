/** Networks as plain descriptions: layers, shapes, networks by name, channels that belong together, and errors of bad input. */

export { type ChannelGroup, type Channels, type ChannelValues, channelsOf, type Span } from './channels.js';
export { InputError, SettingError, type SettingProblem } from './errors.js';
export { type NamedNetwork, namedNetworks } from './named.js';
export * from './network.js';
export { buildResnet, resnetDepths } from './resnet.js';
export { describeNetwork, INPUT, type LayerDescription, type Node, nodesOf, sizeOf } from './shapes.js';
export { buildStack, namedStacks, type StackDescription } from './stack.js';
export { shrunken, smallDense, type Widths, weightCount } from './widths.js';
