import { type Network, prunableParameters } from '../../networks/network.js';
import { scopeNames } from '../scopes/table.js';
import { aliveElements, type ElementSet, keepHighestElements } from './elements.js';
import type { StructureKind } from './structure.js';

export interface Blocks {
  readonly kind: 'blocks';
  readonly size: number;
}

/** Blocks of a tensor, row by row, smaller at the edges where the size does not divide the layer's. */
function setsOf(network: Network, { size }: Blocks): ElementSet[] {
  return prunableParameters(network).map(({ name, shape: [outputs, inputs] }): ElementSet => {
    const across = Math.ceil(inputs / size);
    return {
      name,
      size: Math.ceil(outputs / size) * across,
      members: [
        {
          tensor: name,
          shape: [outputs, inputs],
          element: (output, input) => Math.floor(output / size) * across + Math.floor(input / size),
          scored: true,
        },
      ],
    };
  });
}

export const blocks: StructureKind<Blocks> = {
  title: 'squares of outputs by inputs, whole kernel windows of a convolution together',
  source: 'Narang et al. 2017',
  elements: 'blocks',
  scopes: scopeNames,
  reason: '',
  check: ({ size }) =>
    Number.isInteger(size) && size >= 1
      ? null
      : { setting: ['blocks'], value: size, expected: 'a whole number of at least 1' },
  counted: (network, structure) => {
    const parameters = prunableParameters(network);
    return setsOf(network, structure).map(({ name, size }, i) => ({
      name,
      size,
      shape: parameters[i].shape,
      parameters: [parameters[i]],
    }));
  },
  alive: (network, mask, structure) =>
    new Map(setsOf(network, structure).map((set) => [set.name, aliveElements(set, mask)])),
  prune: (network, mask, scored, structure, groups) =>
    keepHighestElements(setsOf(network, structure), mask, scored, groups),
};
