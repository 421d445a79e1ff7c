import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeStrokes } from '../data/index.js';
import { loadKernels } from '../kernels/index.js';
import { buildStack } from '../networks/stack.js';
import { deriveSeed, permutation, StreamReader, stream } from '../random/stream.js';
import { buildGraph } from './graph.js';
import { epochSteps } from './length.js';
import { lengthsOf } from './lengths.js';
import { resolveSpecification } from './presets.js';
import { runFolder } from './run-folder.js';

const refusal = (input: unknown): string => {
  try {
    resolveSpecification(input, 'my.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

const lengths = (over: Record<string, unknown>, examples = 45_000) => lengthsOf(resolveSpecification(over), examples);

describe('a length', () => {
  it('is iterations, plain or with their unit, or epochs', () => {
    expect(resolveSpecification({ iterations: 20_000 }).iterations).toBe(20_000);
    expect(resolveSpecification({ iterations: '20000it' }).iterations).toBe(20_000);
    expect(resolveSpecification({ iterations: '160ep' }).iterations).toBe('160ep');
  });

  it('with another unit is refused, with what may have been meant', () => {
    const meant: Record<string, string> = {
      '160 epochs': '160ep',
      '160e': '160ep',
      '160EP': '160ep',
      '160epoch': '160ep',
      '20000': '20000it',
      '20k': '20000it',
      '20,000 iterations': '20000it',
      '20000 steps': '20000it',
      '20000iter': '20000it',
    };
    for (const [text, suggestion] of Object.entries(meant)) {
      expect(refusal({ iterations: text }), text).toBe(
        `my.yaml: iterations is the text ${JSON.stringify(text)}; expected iterations, such as 20000 or 20000it, or epochs, such as 160ep; did you mean ${suggestion}?`,
      );
    }
    expect(refusal({ iterations: '2ep50it' })).toContain('expected one unit');
    for (const text of ['1.5ep', '-1ep', 'ep', '', '160min', '1e5']) {
      expect(refusal({ iterations: text }), text).toMatch(
        /expected iterations, such as .* or epochs, such as 160ep\.$/,
      );
    }
    expect(refusal({ rewind: '12 epochs' })).toContain('did you mean 12ep?');
    expect(refusal({ optimiser: { name: 'sgd', lr: 1, schedule: { steps: { at: ['80 ep'] } } } })).toBe(
      'my.yaml: optimiser.schedule.steps.at.0 is the text "80 ep"; expected iterations, such as 20000 or 20000it, or epochs, such as 160ep; did you mean 80ep?',
    );
  });

  it('has bounds in every unit', () => {
    expect(refusal({ iterations: '0ep' })).toContain('expected at least 1');
    expect(refusal({ iterations: 0 })).toContain('expected at least 1');
    expect(refusal({ iterations: '0it' })).toContain('expected at least 1');
    expect(refusal({ iterations: '999999999it' })).toContain('expected at most 100000000');
    expect(refusal({ iterations: 1.5 })).toContain('expected a whole number');
    expect(refusal({ iterations: true })).toContain('iterations is true');
    expect(resolveSpecification({ rewind: '0ep' }).rewind).toBe('0ep');
    expect(() => lengths({ iterations: '999999ep' })).toThrow(
      /iterations is 999999ep \(.*\); expected at most 100000000/,
    );
  });
});

describe('an epoch', () => {
  it('is the whole batches in the training examples', () => {
    expect(epochSteps(45_000, 64)).toBe(703);
    expect(epochSteps(60, 60)).toBe(1);
    // The paper's VGG-19: 112,480 iterations are 160 epochs.
    expect(lengths({ batch: 64, iterations: '160ep' }).iterations).toBe(112_480);
  });

  it('is what the order of examples goes by: the last that fill no batch are left out of it', async () => {
    // Seven steps of three in 23 examples: after them a fresh permutation begins, and two examples were left out.
    const dataset = makeStrokes({ train: 30, test: 10, seed: 1 });
    const specification = resolveSpecification({
      network: { hidden: [] },
      data: { name: 'strokes', validation: 7 },
      batch: 3,
      iterations: '2ep',
      evaluateEvery: '1ep',
      trials: 1,
      levels: 1,
    });
    const { lengths: found } = buildGraph(specification, dataset);
    expect(found).toMatchObject({ epoch: 7, iterations: 14, evaluateEvery: 7 });
    const kernels = await loadKernels();
    const { Trainer } = await import('../training/index.js');
    const trainIndices = Int32Array.from({ length: 23 }, (_, i) => i);
    const orderSeed = deriveSeed(0, 'order');
    const network = buildStack('linear', { hidden: [], activation: 'relu' }, dataset.shape, dataset.classes);
    const start = new Map([
      ['fc1.weight', new Float32Array(7840)],
      ['fc1.bias', new Float32Array(10)],
    ]);
    const plan = {
      network,
      dataset,
      normalisation: { mean: [0], deviation: [1] },
      trainIndices,
      validationIndices: Int32Array.of(23, 24),
      start,
      optimiser: { name: 'sgd', lr: 0.5, momentum: 0, nesterov: false, weightDecay: 0 },
      batch: 3,
      iterations: 14,
      evaluateEvery: 7,
      orderSeed,
      firstIteration: 0,
      snapshots: [],
      testCurve: false,
      storage: 'auto',
    } as const;
    // With weights at zero each label in the batch changes its own bias alone, which shows the labels of the batch.
    const labelsAt = (iteration: number) => {
      const trainer = new Trainer(kernels, { ...plan, firstIteration: iteration });
      trainer.train(1);
      return [...(trainer.weights.get('fc1.bias') as Float32Array)].map(
        (bias) => Math.round((bias / 0.5 + 0.1) * 3) + 0,
      );
    };
    const expected = (epoch: number, place: number) => {
      const { key, lane } = stream(orderSeed, 'order');
      const order = permutation(23, new StreamReader({ key, lane: [lane[0], epoch] }));
      const counts = new Array<number>(10).fill(0);
      for (const index of order.slice(place * 3, place * 3 + 3)) counts[dataset.train.labels[index]]++;
      return counts;
    };
    for (let iteration = 0; iteration < 14; iteration++) {
      expect(labelsAt(iteration)).toEqual(expected(Math.floor(iteration / found.epoch), iteration % found.epoch));
    }
  });
});

describe('the lengths of a run', () => {
  const sgd = (schedule: Record<string, unknown>) => ({ name: 'sgd', lr: 0.1, schedule });

  it('are converted with the examples and the batch', () => {
    expect(
      lengths({
        batch: 128,
        iterations: '182ep',
        evaluateEvery: '1ep',
        rewind: '12ep',
        snapshots: ['20ep', 0, 100, '12ep', 4_212],
        optimiser: sgd({ warmup: '2ep', steps: { at: ['91ep', 50_000] } }),
      }),
    ).toEqual({
      epoch: 351,
      iterations: 63_882,
      evaluateEvery: 351,
      rewind: 4_212,
      snapshots: [100, 4_212, 7_020],
      schedule: { warmup: 702, shape: { kind: 'steps', at: [31_941, 50_000], factor: 0.1 } },
      learning: {
        iterations: 63_882,
        schedule: { warmup: 702, shape: { kind: 'steps', at: [31_941, 50_000], factor: 0.1 } },
      },
    });
    expect(lengths({ iterations: '4ep', batch: 450, optimiser: sgd({ cosine: {} }) }).schedule).toEqual({
      warmup: 0,
      shape: { kind: 'cosine', until: 400, floor: 0 },
    });
    expect(lengths({}).schedule).toEqual({ warmup: 0, shape: { kind: 'constant' } });
    const learned = (optimiser: object) =>
      lengths({
        iterations: '4ep',
        batch: 450,
        pruning: { schedule: 'supermask', learned: { iterations: '6ep', optimiser } },
      });
    expect(learned(sgd({ cosine: {} })).learning).toEqual({
      iterations: 600,
      schedule: { warmup: 0, shape: { kind: 'cosine', until: 600, floor: 0 } },
    });
    expect(() => learned(sgd({ steps: { at: ['2ep', 100] } }))).toThrow(
      /pruning\.learned\.optimiser\.schedule\.steps\.at has 100 after 2ep \(200 iterations\)/,
    );
  });

  it('agree, whatever their units', () => {
    expect(refusal({ iterations: '4ep', evaluateEvery: '5ep' })).toBe(
      'my.yaml: evaluateEvery is 5ep; expected at most iterations, 4ep.',
    );
    expect(() => lengths({ iterations: 4_000, batch: 128, rewind: '12ep' })).toThrow(
      'rewind is 12ep (4212 iterations); expected at most iterations, 4000.',
    );
    expect(() => lengths({ iterations: 4_000, batch: 128, snapshots: [5, 4_001] })).toThrow(
      'snapshots has 4001; expected at most iterations, 4000.',
    );
    const late = { optimiser: sgd({ steps: { at: ['2ep', 100] } }) };
    expect(() => lengths(late)).toThrow(/at has 100 after 2ep \(1500 iterations\)/);
    expect(refusal({ optimiser: sgd({ steps: { at: [5] }, cosine: {} }) })).toContain('both steps and cosine');
  });

  it('name the same cells and runs in either way of writing iterations, and in epochs the same cells', () => {
    const facts = {
      name: 'x',
      digest: 'd'.repeat(64),
      shape: { channels: 1, height: 28, width: 28 },
      classes: 10,
      train: { count: 6_000 },
      test: { count: 100 },
    };
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), (epochs) => {
        const of = (iterations: unknown) =>
          resolveSpecification({ iterations, evaluateEvery: 10, levels: 2, trials: 1, batch: 10 });
        const ids = (iterations: unknown) => buildGraph(of(iterations), facts).cells.map(({ id }) => id);
        expect(runFolder(of(`${epochs * 100}it`), facts)).toBe(runFolder(of(epochs * 100), facts));
        expect(ids(`${epochs}ep`)).toEqual(ids(epochs * 100));
      }),
      { numRuns: 10 },
    );
  });
});
