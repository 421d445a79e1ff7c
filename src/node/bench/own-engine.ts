import { chooseKernels, loadChosenKernels } from '../kernels/index.js';
import { packageVersion } from '../version.js';
import { casePlan } from './case-plan.js';
import { prepareCells } from './cells.js';
import { prepareLadder } from './ladder.js';
import type { Test } from './protocol.js';
import { type Runnable, serve } from './serve.js';
import { prepareOperations, prepareStep } from './steps.js';

/** Lottery Lab as an engine of the benchmark, on the kernels that LOTTERY_KERNELS names. */

async function prepare(test: Test, threads: number): Promise<Runnable> {
  const kernels = await loadChosenKernels(chooseKernels(), test.kind === 'cells' ? 1 : threads);
  if (test.kind === 'cells') return prepareCells(kernels, threads);
  kernels.threads = threads;
  while (kernels.helpers < threads - 1) await new Promise((resolve) => setTimeout(resolve, 5));
  const plan = casePlan(kernels, test);
  if (test.kind === 'ladder') return prepareLadder(kernels, plan, test);
  return test.kind === 'operations' ? prepareOperations(kernels, plan) : prepareStep(kernels, plan);
}

await serve(`Lottery Lab ${packageVersion}, Node ${process.versions.node}`, prepare);
