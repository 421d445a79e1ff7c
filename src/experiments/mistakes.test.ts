import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/fixtures/refusal.js';
import { builtIn, catalogueEntry } from '../data/index.js';
import { lengthsOf } from './lengths.js';
import { resolveSpecification } from './presets.js';
import { parseAssignment } from './set.js';
import { readYaml } from './yaml.js';

const refusal = (input: unknown) => refusalOf(() => resolveSpecification(input, 'my.yaml'));
const ofLayers = (...layers: unknown[]) => refusal({ network: { layers } });

describe('a mistake in a layer', () => {
  it.each<[unknown[], RegExp]>([
    [
      ['flatten', { linear: 10 }, 'softmax'],
      /^my\.yaml: network\.layers\.2 is softmax, which is no kind of layer: the loss takes the softmax .* kinds are convolution, linear, max-pool/,
    ],
    [
      [{ convulution: 4 }, 'flatten', { linear: 10 }],
      /^my\.yaml: network\.layers\.0 is convulution, which is no kind of layer; kinds are .*; did you mean convolution\?$/,
    ],
    [
      [{ convolution: 4, groups: 3, name: 'c' }, 'flatten', { linear: 10 }],
      /^my\.yaml: network\.layers\.0 \(c, a convolution layer\) has no setting groups; its channels are one group; kinds are/,
    ],
    [
      [{ convolution: 4, kernal: 3 }, { linear: 10 }],
      /\(a convolution layer\) has no setting kernal; did you mean kernel\?$/,
    ],
    [[{ convolution: 4, kernel: 0 }, { linear: 10 }], /\(a convolution layer\): kernel is 0; expected/],
    [['linear'], /network\.layers\.0 is linear, which needs more than its word, such as \{linear: 10\}/],
    [[{ convolution: 4, linear: 10 }], /is convolution and linear at once; expected one kind a layer/],
    [[{ name: 'x' }], /names no kind of layer; kinds are/],
    [[3], /network\.layers\.0 is 3; expected a layer/],
    [['flatten', { linear: 9 }], /layer fc1, the last of them, gives 9; expected 10 values, one per class/],
    [
      [
        { convolution: 4, name: 'aside' },
        { linear: 10, from: 'input' },
      ],
      /layer aside: no layer takes what it gives/,
    ],
    [
      [...Array.from({ length: 6 }, () => ({ 'max-pool': 2 })), { linear: 10 }],
      /layer max-pool-5: a window of 2 does not fit a map of 1 x 1 x 1 .* images of 1 x 28 x 28 are too small/,
    ],
  ])('is said with the layer, its kind and the kinds there are: %j', (layers, expected) => {
    expect(ofLayers(...layers)).toMatch(expected);
  });

  it('is found when the specification is read, also of named networks and of ResNets', () => {
    expect(refusal({ network: 'vgg-16', data: { name: 'strokes' } })).toMatch(/^my\.yaml: network vgg-16|accepted/);
    expect(refusal({ network: { resnet: { depth: 9 } } })).toBe(
      'my.yaml: network: ResNet of depth 9: expected 6n + 2, such as 20, 32, 44, 56.',
    );
  });

  it('may be a batch normalisation over a single value', () => {
    const layers = ['flatten', { linear: 20 }, 'batch-normalisation', { linear: 10 }];
    expect(refusal({ network: { layers }, batch: 1 })).toMatch(
      /batch is 1, but the batch normalisation bn1 .* at least 2/,
    );
    expect(refusal({ network: { layers }, batch: 2 })).toBe('accepted');
    const maps = [{ convolution: 2 }, 'batch-normalisation', { linear: 10 }];
    expect(refusal({ network: { layers: maps }, batch: 1 })).toBe('accepted');
  });

  it('never suggests the setting that was written', () => {
    expect(refusal({ network: { layers: [], hidden: [3] } })).toContain(
      'network.layers does not go with what else network has',
    );
    expect(refusal({ optimiser: { name: 'sgd', lr: 1, beta1: 0.9 } })).toContain(
      'optimiser.beta1 does not go with what else optimiser has',
    );
  });

  it('goes by the shapes that built-in sets have', () => {
    for (const name of ['strokes', 'binary-12']) {
      const { shape, classes } = builtIn(name, name === 'strokes' ? { train: 20, test: 10 } : {});
      expect(catalogueEntry(name)).toMatchObject({ shape, classes });
    }
  });
});

describe('a mistake in settings', () => {
  it('an optimiser without a name is that of the default', () => {
    expect(resolveSpecification({ optimiser: { lr: 0.01 } }).optimiser).toMatchObject({ name: 'adam', lr: 0.01 });
    expect(refusal({ optimiser: { lr: 0.01, momentum: 0.9 } })).toContain('momentum belongs to the optimiser');
    expect(refusal({ optimiser: { name: 'adm', lr: 1 } })).toContain('expected adam or sgd; did you mean adam?');
  });

  it('a share in per cent is one mistake, and the share is suggested', () => {
    expect(refusal({ pruning: { rate: 20 } })).toBe(
      'my.yaml: pruning.rate is 20; expected less than 1; did you mean 0.2?',
    );
    expect(refusal({ pruning: { rate: 7 } })).toContain('did you mean 0.07?');
    expect(refusal({ pruning: { rate: 100 } })).toBe('my.yaml: pruning.rate is 100; expected less than 1.');
    expect(refusal({ pruning: { rate: -1 } })).toBe('my.yaml: pruning.rate is -1; expected more than 0.');
  });

  it.each<[object, string]>([
    [
      { optimiser: { lr: 0.1, schedule: { steps: { at: [5, 80] } } } },
      'optimiser.schedule.steps.at has 80, which the run never comes to; expected less than iterations, 50.',
    ],
    [{ optimiser: { lr: 0.1, schedule: { steps: { at: [50] } } } }, 'steps.at has 50, which the run never comes to'],
    [
      { pruning: { schedule: 'gradual', gradual: { end: 80 } } },
      'pruning.gradual.end is 80, which the run never comes to; expected at most iterations, 50.',
    ],
    [{ pruning: { schedule: 'gradual', gradual: { begin: 50 } } }, 'pruning.gradual.begin is 50'],
    [{ pruning: { schedule: 'rigl', dynamic: { until: 51 } } }, 'pruning.dynamic.until is 51'],
    [{ pruning: { schedule: 'early-bird', earlyBird: { every: 51 } } }, 'pruning.earlyBird.every is 51'],
    [{ snapshots: [10, 80] }, 'snapshots has 80; expected at most iterations, 50.'],
  ])('a time beyond the run is refused: %j', (settings, expected) => {
    expect(refusal({ iterations: 50, evaluateEvery: 10, ...settings })).toContain(expected);
  });

  it('a time beyond the run in another unit is refused when the data are known', () => {
    const specification = resolveSpecification({
      iterations: '2ep',
      evaluateEvery: 1,
      optimiser: { lr: 0.1, schedule: { steps: { at: [12] } } },
      batch: 10,
    });
    expect(refusalOf(() => lengthsOf(specification, 60))).toContain('steps.at has 12, which the run never comes to');
    expect(lengthsOf(specification, 70).iterations).toBe(14);
  });

  it('the first ten of many are said, and how many more there are', () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`key${i}`, 1]));
    const lines = refusal(many).split('\n');
    expect(lines[0]).toBe('my.yaml has 20,000 mistakes:');
    expect(lines).toHaveLength(12);
    expect(lines[11]).toBe('  and 19,990 more');
  });
});

describe('YAML', () => {
  it('has merge keys', () => {
    expect(readYaml('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}')).toEqual({ a: { x: 1, y: 2 }, b: { x: 1, y: 3 } });
    expect(refusalOf(() => readYaml('b: {<<: 3}'))).toContain('a merge key (<<) of something else');
  });

  it.each([
    ['levels: 2\n---\nlevels: 3\n', 'it holds several documents'],
    ['name: *x', 'it has *x, which is an alias, but no anchor &x stands before it'],
    ['a: &a [*a]', 'has no end'],
    ['a: &a {b: {c: *a}}', 'has no end'],
    ['a: !!foo 3', 'a tag that is not known'],
    ['['.repeat(20_000), 'more than 100 groups deep'],
    ['- '.repeat(20_000), 'more than 100 groups deep'],
    [
      `a: &a [1,1,1,1,1,1,1,1,1]\n${['b a', 'c b', 'd c', 'e d']
        .map((pair) => pair.split(' '))
        .map(([name, of]) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`)
        .join('\n')}`,
      'aliases of aliases',
    ],
    ['a: [1', 'it is not YAML'],
  ])('that cannot be read is refused in plain words: %#', (text, expected) => {
    expect(refusalOf(() => readYaml(text))).toContain(expected);
    if (!text.includes('\n'))
      expect(refusalOf(() => parseAssignment(`data=${text.replace(/^a: /, '')}`))).not.toMatch(/circular|YAML\./);
  });

  it('of --set may not hold itself', () => {
    expect(refusalOf(() => parseAssignment('data=&a {name: *a}'))).toMatch(
      /^data=&a \{name: \*a\}: the value: .*no end/,
    );
  });
});
