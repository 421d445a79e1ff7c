import { beforeAll, describe, expect, it } from 'vitest';
import { tinyRun } from '../../test/fixtures/tiny-run.js';
import { type Kernels, loadKernels } from '../kernels/index.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const atInitialisation = { schedule: 'at-initialisation', scope: 'global', rate: 0.5, rates: { output: 0.5 } };

/** The beginning of a mask's digest, and what finding it cost. */
async function found(pruning: Record<string, unknown>) {
  const over = { pruning: { ...atInitialisation, ...pruning }, controls: { reinitialise: 0 }, iterations: 20 };
  const { digests, cost } = (await tinyRun(kernels, over)).trained('ticket');
  return { mask: digests.mask?.slice(0, 12), ...cost?.search };
}

describe('masks by scores that are measured', () => {
  it('of GraSP as earlier versions had it have the bits that they had', async () => {
    const { mask, examples } = await found({ score: 'grasp', hessian: 'finite-difference' });
    expect([mask, examples]).toEqual(['8dbc6e1239d0', 300]);
  });

  it('of GraSP depend on the Hessian and on the temperature, and cost two passes', async () => {
    const exact = await found({ score: 'grasp' });
    const [earlier, warm] = [
      await found({ score: 'grasp', hessian: 'finite-difference' }),
      await found({ score: 'grasp', temperature: 1 }),
    ];
    expect(new Set([exact.mask, earlier.mask, warm.mask]).size).toBe(3);
    expect(await found({ score: 'grasp', hessian: 'exact', temperature: 200 })).toEqual(exact);
    expect(exact.examples).toBe(200);
    expect(exact.flops).toBeGreaterThan(0);
  });

  it('of SNIP depend on how examples are drawn', async () => {
    const [balanced, random] = [
      await found({ score: 'snip' }),
      await found({ score: 'snip', exampleSampling: 'random' }),
    ];
    expect(random.mask).not.toBe(balanced.mask);
    expect([random.examples, random.flops]).toEqual([balanced.examples, balanced.flops]);
    expect(balanced.mask).toBe('d70e89af4614');
  });
});
