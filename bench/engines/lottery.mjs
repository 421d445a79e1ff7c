// Training steps, kernels and ladders of Lottery Lab itself, on the kernels that LOTTERY_KERNELS names. Takes one JSON
// document of cases as its argument and prints one of milliseconds.

import { buildStack } from '../../dist/networks/stack.js';
import { benchNetworks, networkPlan } from '../../dist/node/bench/networks.js';
import {
  atDensity,
  atLevel,
  benchDataset,
  densityOfPlan,
  lenetPlan,
  paperRates,
  SEED,
} from '../../dist/node/bench/plan.js';
import { sample } from '../../dist/node/bench/steps.js';
import { chooseKernels, loadChosenKernels } from '../../dist/node/kernels/index.js';
import { packageVersion } from '../../dist/node/version.js';
import { applyMask, fullMask, initialise, keepAt, prune } from '../../dist/tickets/index.js';
import { Trainer } from '../../dist/training/index.js';

const request = JSON.parse(process.argv[2]);
const kernels = await loadChosenKernels(chooseKernels(), request.threads);
kernels.threads = request.threads;
while (kernels.helpers < request.threads - 1) await new Promise((resolve) => setTimeout(resolve, 5));

let mnist;

function planOf({ network, hidden, batch }) {
  const named = benchNetworks.find(({ name }) => name === network);
  if (named) return networkPlan(kernels, network, batch, named.optimiser);
  mnist ??= benchDataset(kernels, undefined, 12_000, 1_000);
  const plan = lenetPlan(kernels, mnist);
  const stack = buildStack('stack', { hidden, activation: 'relu' }, mnist.shape, mnist.classes);
  return {
    ...plan,
    network: stack,
    start: initialise(stack, 'glorot-normal', SEED, kernels.sampler),
    batch,
    iterations: 10_000,
    validationIndices: plan.validationIndices.subarray(0, 500),
  };
}

/** Milliseconds of a step. */
function step(test) {
  const plan = atDensity(planOf(test), test.density ?? 1);
  const trainer = new Trainer(kernels, plan);
  trainer.train(2);
  return {
    ms: sample(request.samples, (times) => trainer.train(times)),
    density: densityOfPlan(plan),
    flops: trainer.step.flops,
    bytes: trainer.arenaBytes,
  };
}

/** Milliseconds of each operation of a step: the median of its samples, summed over all lines of one name. */
function operations(test) {
  const trainer = new Trainer(kernels, atDensity(planOf(test), test.density ?? 1));
  trainer.train(2);
  const sums = {};
  trainer.step.lines.forEach(({ operation, flops, bytes }, line) => {
    if (operation === 'order' || operation === 'advance') return;
    const times = sample(5, (count) => trainer.step.runLine(line, count)).sort((a, b) => a - b);
    const sum = (sums[operation] ??= { ms: 0, flops: 0, bytes: 0 });
    sum.ms += times[2];
    sum.flops += flops;
    sum.bytes += bytes;
  });
  return { operations: sums };
}

/** Milliseconds of the rounds of iterative magnitude pruning, trainings and prunings. */
function ladder({ levels, iterations, ...test }) {
  const plan = { ...planOf(test), iterations };
  let mask = fullMask(plan.network);
  const began = performance.now();
  for (let level = 0; level < levels; level++) {
    const pruned = level === 0 ? plan : { ...plan, mask, start: applyMask(plan.start, mask) };
    const trainer = new Trainer(kernels, pruned);
    trainer.train(iterations);
    mask = new Map(prune(mask, trainer.weights, 'magnitude', keepAt(plan.network, paperRates, level + 1)));
  }
  return { ms: [performance.now() - began] };
}

/** Milliseconds of an evaluation of 500 examples at a level of the ladder. */
function evaluation(test) {
  const trainer = new Trainer(kernels, atLevel(planOf(test), test.level ?? 0));
  return {
    ms: sample(request.samples, (times) => {
      for (let i = 0; i < times; i++) trainer.validate();
    }),
  };
}

const kinds = { step, operations, ladder, evaluation };
const results = request.cases.map((test) => kinds[test.kind](test));
process.stdout.write(
  `${JSON.stringify({ version: `Lottery Lab ${packageVersion}, Node ${process.versions.node}`, target: kernels.target, results })}\n`,
);
process.exit(0);
