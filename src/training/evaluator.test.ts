import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { mixedMask, mixedPlan } from '../../test/fixtures/mixed-plan.js';
import { toyCases, toyPlan } from '../../test/fixtures/toy-plan.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import type { Tensors } from '../networks/network.js';
import { Evaluator, type EvaluatorPlan } from './evaluator.js';
import { Probe } from './probe.js';
import { Trainer } from './trainer.js';
import type { TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** What a trainer says of the weights it has after each of some steps, and those weights. */
function trained(plan: TrainingPlan, stops: number) {
  const trainer = new Trainer(kernels, plan);
  return Array.from({ length: stops }, () => {
    trainer.train(2);
    return { weights: trainer.weights, figures: [trainer.validate(), trainer.test()] };
  });
}

const evaluatorOf = (
  { network, dataset, normalisation, validationIndices }: TrainingPlan,
  rest: Partial<EvaluatorPlan> = {},
) =>
  new Evaluator(kernels, {
    network,
    dataset,
    normalisation,
    sets: [{ of: 'train', examples: validationIndices }, { of: 'test' }],
    ...rest,
  });

describe('an evaluator', () => {
  it('gives the figures of a trainer with the same weights, bit for bit, however either stores them', () => {
    const storages = fc.constantFrom('auto' as const, 'dense' as const, 'sparse' as const);
    fc.assert(
      fc.property(toyCases, storages, storages, fc.boolean(), (c, inTraining, here, masked) => {
        const plan = toyPlan(kernels, c, inTraining, 6);
        const stops = trained(plan, 3);
        const evaluator = evaluatorOf(plan, { storage: here, ...(masked && plan.mask ? { mask: plan.mask } : {}) });
        // Backwards, so that nothing of one evaluation may be left for the next.
        for (const { weights, figures } of [...stops].reverse()) expect(evaluator.evaluate(weights)).toEqual(figures);
      }),
      { numRuns: 60 },
    );
  });

  it('does so with convolutions and running statistics too', () => {
    for (const mask of [undefined, mixedMask(0.4)]) {
      const optimiser = { name: 'sgd' as const, lr: 0.05, momentum: 0.9, nesterov: false, weightDecay: 0 };
      const plan = mixedPlan(kernels, { optimiser, ...(mask ? { mask } : {}) });
      const stops = trained(plan, 3);
      const evaluator = evaluatorOf(plan, mask ? { mask } : {});
      for (const { weights, figures } of [...stops].reverse()) expect(evaluator.evaluate(weights)).toEqual(figures);
    }
  });

  it('takes what its mask prunes as zero', () => {
    const mask = mixedMask(0.4);
    const plan = mixedPlan(kernels);
    const masked = new Map(
      [...plan.start].map(([name, values]): [string, Float32Array] => {
        const bits = mask.get(name);
        return [name, bits ? values.map((value, i) => value * bits[i]) : values];
      }),
    );
    const figures = evaluatorOf(plan).evaluate(masked);
    for (const storage of ['auto', 'dense', 'sparse'] as const) {
      expect(evaluatorOf(plan, { mask, storage }).evaluate(plan.start)).toEqual(figures);
    }
    expect(evaluatorOf(plan).evaluate(plan.start)).not.toEqual(figures);
  });

  it('says which tensor does not fit, and what does not agree', () => {
    const plan = mixedPlan(kernels);
    const evaluator = evaluatorOf(plan);
    const without = new Map(plan.start);
    without.delete('fc1.bias');
    expect(() => evaluator.evaluate(without)).toThrow('fc1.bias has no values; expected 7.');
    expect(() => evaluatorOf(plan, { normalisation: { mean: [0], deviation: [1] } })).toThrow(
      'normalisation has 1 channels; the data has 2.',
    );
  });
});

describe('statistics taken anew', () => {
  const plan = () => mixedPlan(kernels);
  const statisticsOf = (weights: Tensors, examples: Int32Array, batch: number) => {
    const { network, dataset, normalisation } = plan();
    return new Probe(kernels, { network, dataset, normalisation, examples, batch }).statistics(weights);
  };

  /** Every output of the first convolution in double precision: `[channel][value]`, over some examples. */
  function outputsOf(weights: Tensors, examples: Int32Array): number[][] {
    const { dataset, normalisation } = plan();
    const kernel = weights.get('c1.weight') as Float32Array;
    const bias = weights.get('c1.bias') as Float32Array;
    return Array.from({ length: 3 }, (_, o) =>
      [...examples].flatMap((example) =>
        Array.from({ length: 30 }, (_, place) => {
          const [row, column] = [Math.floor(place / 6), place % 6];
          let sum = bias[o];
          for (let c = 0; c < 2; c++) {
            for (let k = 0; k < 9; k++) {
              const [i, j] = [row + Math.floor(k / 3) - 1, column + (k % 3) - 1];
              if (i < 0 || i > 4 || j < 0 || j > 5) continue;
              const pixel = dataset.train.images[example * 60 + c * 30 + i * 6 + j];
              sum += kernel[o * 18 + c * 9 + k] * ((pixel / 255 - normalisation.mean[c]) / normalisation.deviation[c]);
            }
          }
          return sum;
        }),
      ),
    );
  }

  const moments = (values: readonly number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return { mean, variance: values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1) };
  };

  it('are those of what the convolution puts out, whatever was there before', () => {
    const { start } = plan();
    const examples = Int32Array.of(3, 1, 4, 15, 9, 26, 5, 35);
    const outputs = outputsOf(start, examples);
    const found = statisticsOf(start, examples, 8);
    expect([...found.keys()]).toEqual(['b1.running_mean', 'b1.running_var']);
    outputs.forEach((values, channel) => {
      const { mean, variance } = moments(values);
      expect(found.get('b1.running_mean')?.[channel]).toBeCloseTo(mean, 6);
      expect(found.get('b1.running_var')?.[channel]).toBeCloseTo(variance, 5);
    });
    const other = new Map(start);
    other.set('b1.running_mean', Float32Array.of(9, 9, 9));
    other.set('b1.running_var', Float32Array.of(0, 1e9, 1));
    expect(statisticsOf(other, examples, 8)).toEqual(found);
  });

  it('are means over batches, each counting as many examples as it has', () => {
    const { start } = plan();
    const examples = Int32Array.of(3, 1, 4, 15, 9, 26, 5, 35);
    const [first, last] = [outputsOf(start, examples.slice(0, 5)), outputsOf(start, examples.slice(5))];
    const found = statisticsOf(start, examples, 5);
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [moments(first[channel]), moments(last[channel])];
      expect(found.get('b1.running_mean')?.[channel]).toBeCloseTo((5 * a.mean + 3 * b.mean) / 8, 6);
      expect(found.get('b1.running_var')?.[channel]).toBeCloseTo((5 * a.variance + 3 * b.variance) / 8, 5);
    }
  });
});
