import { prunableParameters } from '../../networks/network.js';
import { keepHighest } from '../prune.js';
import { scopeNames } from '../scopes/table.js';
import type { StructureKind } from './structure.js';

export const weights: StructureKind<{ readonly kind: 'weights' }> = {
  title: 'single weights',
  source: 'Han et al. 2015',
  elements: 'weights',
  scopes: scopeNames,
  reason: '',
  check: () => null,
  counted: (network) =>
    prunableParameters(network).map((parameter) => ({
      name: parameter.name,
      size: parameter.size,
      shape: parameter.shape,
      parameters: [parameter],
    })),
  alive: (_, mask) => mask,
  prune: (_, mask, scored, __, groups) => keepHighest(mask, scored, groups),
};
