import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { canonicalDigest, hashWith } from './canonical.js';
import { CellNamer, cellIdentity } from './cell-specification.js';
import type { DatasetFacts } from './dataset-facts.js';
import { buildGraph } from './graph.js';
import { presetInput, resolveSpecification } from './presets.js';

const mnist: DatasetFacts = {
  name: 'mnist',
  digest: 'd1'.repeat(32),
  shape: { channels: 1, height: 28, width: 28 },
  classes: 10,
  train: { count: 60_000 },
  test: { count: 10_000 },
};
const cifar: DatasetFacts = {
  ...mnist,
  name: 'cifar-10',
  shape: { channels: 3, height: 32, width: 32 },
  train: { count: 50_000 },
};

// From before there were other schedules, structures, starts and controls: none of those may rename a cell.
it.each<readonly [string, Record<string, unknown>, DatasetFacts, string]>([
  ['lenet-mnist', {}, mnist, 'e983452c8aae64150c376034c31ccb605e6236978c0263e6d6928705e7f2fbde'],
  [
    'lenet-mnist',
    { pruning: { schedule: 'one-shot' }, rewind: 500, retrain: 'learning-rate-rewind' },
    mnist,
    '6e91bf0451ab36acdabd23871b7920bd9a74b81e7ca6294cf4d08dc5e11ec6db',
  ],
  [
    'lenet-mnist',
    { pruning: { scope: 'global', score: 'large-initial', rate: 0.3, rates: { output: 0.3 } }, rewind: 100 },
    mnist,
    '3f4e27e53521128021f255354ed0454c36219478cd3c792db320c67713f98473',
  ],
  ['lenet-mnist', { retrain: 'fine-tune' }, mnist, 'a7bba03e182065358a5769db7b9c59989f3d4ce2eb32c7ad77bec4279c166a06'],
  ['conv2-cifar10', {}, cifar, '9dc2ecf918f8ae27e765d05b721e97d1b35d3aa0191499296da54029ed894c01'],
  ['resnet20-cifar10', {}, cifar, 'e276fd5b66870d895839ce44fe73e5e017578a7f760b4e7fbc0dc5e4884ca5bb'],
])('all cells of a run keep their names in every version: %s %j', (preset, over, facts, digest) => {
  const controls = { reinitialise: 2, randomMask: 1 };
  const input = { ...presetInput(preset), trials: 2, levels: 4, controls, ...over };
  const { cells } = buildGraph(resolveSpecification(input), facts);
  expect(cells).toHaveLength(2 * (1 + 3 * (1 + 2 + 1)));
  expect(canonicalDigest(cells.map(({ id }) => id))).toBe(digest);
});

it('are the hash of a cell’s identity, however many cells are named one after the other', () => {
  const namer = new CellNamer();
  for (const preset of ['lenet-mnist', 'edge-popup-mnist', 'supermask-mnist']) {
    const specification = resolveSpecification({ ...presetInput(preset), trials: 2, levels: 3 });
    for (const { id, specification: cell } of buildGraph(specification, mnist).cells) {
      expect(id).toBe(canonicalDigest(cellIdentity(cell)));
      expect(namer.nameOf(cell)).toBe(id);
    }
  }
});

it('are made by SHA-256, however fast', () => {
  expect(() => hashWith((text) => text)).toThrow(/is not SHA-256/);
  const before = canonicalDigest({ a: 'ä' });
  hashWith((text) => hash('sha256', text, 'hex'));
  expect(canonicalDigest({ a: 'ä' })).toBe(before);
});
