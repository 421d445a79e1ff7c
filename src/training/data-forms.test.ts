import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { adam, bitsOf, type ToyCase, toyCases, toyDataset, toyPlan } from '../../test/fixtures/toy-plan.js';
import type { ImageSplit } from '../data/dataset.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { train } from './train.js';
import { Trainer } from './trainer.js';
import type { TrainingPlan } from './types.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** The same images over 256 as floats, which is exact, and labels as words. */
const onFloats = ({ images, labels, count }: ImageSplit): ImageSplit => ({
  images: Float32Array.from(images, (value) => value / 256),
  labels: Uint16Array.from(labels),
  count,
});

describe('images that are floats, and labels of 16 bits', () => {
  it('train to the bits of the same images as bytes', async () => {
    await fc.assert(
      fc.asyncProperty(toyCases, async (c) => {
        const plan: TrainingPlan = {
          ...toyPlan(kernels, c, 'auto', 6),
          normalisation: { mean: [0], deviation: [1] },
        };
        const { train: trained, test } = plan.dataset;
        const dataset = { ...plan.dataset, train: onFloats(trained), test: onFloats(test), digest: 'floats' };
        const bytes = await train({ kernels, plan });
        // A power of two apart, so that every product is the same number.
        const normalisation = { mean: [0], deviation: [255 / 256] };
        const floats = await train({ kernels, plan: { ...plan, dataset, normalisation } });
        expect(bitsOf(floats.finalWeights)).toEqual(bitsOf(bytes.finalWeights));
        expect(floats.history).toEqual(bytes.history);
        expect(floats.end).toEqual(bytes.end);
      }),
      { numRuns: 30 },
    );
  });

  it('distinguish more than 256 classes', () => {
    const c: ToyCase = {
      hidden: [],
      activation: 'relu',
      classes: 700,
      width: 4,
      batch: 1,
      density: 1,
      optimiser: adam,
      seed: 3,
    };
    const plan = toyPlan(kernels, c, 'dense', 1);
    const { dataset } = plan;
    for (const label of [0, 44, 255, 256, 300, 699]) {
      const labels = new Uint16Array(dataset.train.count).fill(label);
      const wide = { train: { ...dataset.train, labels }, test: { ...dataset.test, labels: new Uint16Array(37) } };
      const trainer = new Trainer(kernels, { ...plan, dataset: { ...dataset, ...wide, digest: `label ${label}` } });
      trainer.train(1);
      const [, bias] = [...trainer.gradients.values()];
      expect(bias.findIndex((value) => value < 0)).toBe(label);
      expect(bias.filter((value) => value < 0)).toHaveLength(1);
    }
  });

  it('are refused where the test set is of another type', () => {
    const plan = toyPlan(
      kernels,
      { hidden: [4], activation: 'relu', classes: 3, width: 4, batch: 5, density: 1, optimiser: adam, seed: 1 },
      'dense',
      1,
    );
    const dataset = { ...toyDataset(150, 4, 3, 1), train: onFloats(plan.dataset.train), digest: 'mixed' };
    expect(() => new Trainer(kernels, { ...plan, dataset })).toThrow(/numbers of different types/);
  });
});
