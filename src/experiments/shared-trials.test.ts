import { beforeAll, describe, expect, it } from 'vitest';
import { tinyRun, tinySpecification, tinyStrokes } from '../../test/fixtures/tiny-run.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { prunableParameters } from '../networks/network.js';
import { type CellSpecification, networkOf } from './cell-specification.js';
import type { DatasetFacts } from './dataset-facts.js';
import { drawOf } from './draw.js';
import { examplesOf } from './examples.js';
import { buildGraph } from './graph.js';
import { startOf } from './starts.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const graphOf = (over: Record<string, unknown>, facts: DatasetFacts = tinyStrokes) =>
  buildGraph(tinySpecification({ trials: 3, ...over }), facts);
const denseOf = (over: Record<string, unknown>): CellSpecification[] =>
  graphOf(over)
    .cells.filter(({ condition }) => condition === 'dense')
    .map(({ specification }) => specification);
const refusal = (over: Record<string, unknown>): string => {
  try {
    graphOf(over);
  } catch (error) {
    return (error as Error).message;
  }
  return 'it was taken';
};

const parts = ['split', 'initialisation', 'order'] as const;
const seedsOf = ({ data, initialisation, orderSeed }: CellSpecification) => ({
  split: data.splitSeed,
  initialisation: initialisation.seed,
  order: orderSeed,
});

describe('trials that share something', () => {
  it.each([['split'], ['initialisation'], ['order'], ['split', 'order'], ['initialisation', 'order']])(
    'have it from the first trial, and nothing else: %s %s',
    (...share) => {
      const ordinary = denseOf({}).map(seedsOf);
      const shared = denseOf({ share }).map(seedsOf);
      shared.forEach((seeds, trial) => {
        for (const part of parts) expect(seeds[part]).toBe(ordinary[share.includes(part) ? 0 : trial][part]);
      });
      // The first trial is the same cells, controls and all, and no other is.
      const ids = (over: Record<string, unknown>) =>
        graphOf(over).cells.map(({ id, trial }) => (trial === 0 ? `first ${id}` : id));
      const before = new Set(ids({}));
      for (const id of ids({ share })) expect(before.has(id)).toBe(id.startsWith('first'));
      expect(new Set(ids({ share })).size).toBe(before.size);
    },
  );

  it('must differ in something', () => {
    expect(refusal({ share: parts })).toContain(
      'share has split, initialisation and order, so that all 3 trials would be identical; expected two of them at most, initialisation.noise, data.part below 1, or trials: 1.',
    );
    expect(refusal({ share: parts, trials: 1 })).toBe('it was taken');
    expect(refusal({ share: ['order', 'order'] })).toContain('share has order twice; expected each once.');
    expect(refusal({ share: ['seed'] })).toContain(
      'share.0 is the text "seed"; expected split or initialisation or order',
    );
    expect(refusal({ share: [] })).toContain('share');
    for (const over of [{ initialisation: { noise: 0.1 } }, { data: { name: 'strokes', validation: 64, part: 0.5 } }]) {
      const { cells } = graphOf({ share: parts, ...over });
      expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
    }
  });
});

describe('noise on the initialisation', () => {
  const noise = 0.25;

  it('has the given standard deviation in each layer, differs between trials, and is in all that begins with it', () => {
    const specifications = denseOf({ share: parts, initialisation: { noise } });
    const starts = specifications.map((specification) => {
      const draw = drawOf(kernels, specification, tinyStrokes);
      return startOf(specification, null, new Map(), draw, kernels.sampler);
    });
    const [{ initialisation: plain }] = denseOf({});
    const without = drawOf(kernels, { ...specifications[0], initialisation: plain }, tinyStrokes)(plain.seed);
    for (const { name, size } of prunableParameters(networkOf(specifications[0]))) {
      const drawn = without.get(name)!;
      const spread = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / size);
      starts.forEach((start, trial) => {
        const added = start.get(name)!.map((value, i) => value - drawn[i]);
        const ratio = spread(added) / spread(drawn);
        expect(Math.abs(ratio / noise - 1)).toBeLessThan(4 / Math.sqrt(2 * size));
        expect(added).not.toEqual(starts[(trial + 1) % 3].get(name)!.map((value, i) => value - drawn[i]));
      });
    }
    expect(starts[0].get('fc1.bias')).toEqual(without.get('fc1.bias'));
  });

  it('goes into the ticket and not into weights that a control re-initialises', async () => {
    const noisy = await tinyRun(kernels, { initialisation: { noise } });
    const { planned } = await tinyRun(kernels);
    const start = (condition: string, run: { planned: typeof planned }) => {
      const { specification } = run.planned(condition);
      const draw = drawOf(kernels, specification, tinyStrokes);
      return startOf(specification, null, new Map(), draw, kernels.sampler).get('fc1.weight')!;
    };
    expect(start('ticket', noisy)).toEqual(start('dense', noisy));
    expect(start('ticket', noisy)).not.toEqual(start('ticket', { planned }));
    expect(start('reinitialise', noisy)).toEqual(start('reinitialise', { planned }));
    expect(noisy.trained('ticket').status).toBe('done');
  });

  it('of nothing renames nothing', () => {
    const ids = (over: Record<string, unknown>) => graphOf(over).cells.map(({ id }) => id);
    expect(ids({ initialisation: { noise: 0 } })).toEqual(ids({}));
    expect(ids({ data: { name: 'strokes', validation: 64, part: 1 } })).toEqual(ids({}));
    expect(refusal({ initialisation: { noise: -1 } })).toContain('initialisation.noise is -1; expected at least 0');
  });
});

describe('a part of the data', () => {
  const data = { name: 'strokes', validation: 64, part: 0.5 };

  it('is a random share of what is not held out, another in each trial', () => {
    const [first, second] = denseOf({ share: parts, data }).map((specification) => ({
      whole: examplesOf({ data: { ...specification.data, part: undefined } as never }, tinyStrokes),
      ...examplesOf(specification, tinyStrokes),
    }));
    for (const { train, validation, whole } of [first, second]) {
      expect(train).toHaveLength(128);
      expect([...train]).toEqual([...new Set(train)].sort((a, b) => a - b));
      expect(train.every((place) => whole.train.includes(place))).toBe(true);
      expect(validation).toEqual(whole.validation);
    }
    expect(first.validation).toEqual(second.validation);
    const common = first.train.filter((place) => second.train.includes(place)).length;
    // Two random halves of 256 have 64 in common on average, with a deviation of 4.
    expect(Math.abs(common - 64)).toBeLessThan(20);
  });

  it('is what epochs are of, and what a batch must fit', () => {
    const epochs = { iterations: '4ep', evaluateEvery: '1ep' };
    expect(graphOf(epochs).lengths).toMatchObject({ epoch: 12, iterations: 48 });
    expect(graphOf({ ...epochs, data }).lengths).toMatchObject({ epoch: 6, iterations: 24 });
    expect(refusal({ data, batch: 129 })).toContain('batch is 129; expected at most the 128 examples');
    expect(refusal({ data: { ...data, train: 300 }, batch: 129 })).toContain(
      'batch is 129; expected at most the 118 examples that are trained on.',
    );
    expect(refusal({ data: { ...data, part: 0 } })).toContain('data.part is 0; expected more than 0');
    expect(refusal({ data: { ...data, part: 1.5 } })).toContain('data.part is 1.5; expected at most 1');
    const scored = { pruning: { schedule: 'at-initialisation', score: 'snip', examples: 200 } };
    expect(refusal({ ...scored })).toBe('it was taken');
    expect(refusal({ ...scored, data })).toContain('pruning.examples is 200; expected at most the 128 examples');
  });

  it('is all that training, scores and initialisers see', async () => {
    // What lies outside the part and the validation set may be anything.
    const over = { data, initialisation: { name: 'lsuv' }, pruning: { schedule: 'at-initialisation', score: 'snip' } };
    const { planned, trained } = await tinyRun(kernels, over);
    const { train, validation } = examplesOf(planned('ticket').specification, tinyStrokes);
    const seen = new Set([...train, ...validation]);
    const images = tinyStrokes.train.images.slice();
    for (let e = 0; e < tinyStrokes.train.count; e++) if (!seen.has(e)) images.fill(255, e * 784, (e + 1) * 784);
    expect(seen.size).toBe(192);
    const altered = { ...tinyStrokes, train: { ...tinyStrokes.train, images } };
    const again = await tinyRun(kernels, over, altered);
    expect(again.trained('ticket').digests).toEqual(trained('ticket').digests);
    expect(again.trained('dense').digests).toEqual(trained('dense').digests);
  });
});
