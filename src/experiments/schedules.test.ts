import { beforeAll, describe, expect, it } from 'vitest';
import {
  keptOf,
  placesOf,
  type TinyRun,
  tinyRun,
  tinySpecification,
  tinyStrokes,
} from '../../test/fixtures/tiny-run.js';
import { type Kernels, loadKernels } from '../kernels/index.js';
import { InputError } from '../networks/errors.js';
import { applyMask, countOf, densityOf } from '../tickets/index.js';
import { drawOf } from './draw.js';
import { executeCell, type TrainedCell } from './execute.js';
import { buildGraph } from './graph.js';

let kernels: Kernels;

beforeAll(async () => {
  kernels = await loadKernels();
});

const rates = { rate: 0.5, outputRate: 0.25 };
/** Half of 784 x 12 and of 12 x 8, three quarters of 8 x 10. */
const ticketCounts = [4704, 48, 60];
const total = 9408 + 96 + 80;

const runOf = (schedule: string, pruning: object = {}, over: object = {}) =>
  tinyRun(kernels, { pruning: { ...rates, schedule, ...pruning }, ...over });

/** Initial values of a cell's network. */
const initialOf = ({ specification }: TrainedCell) =>
  drawOf(kernels, specification, tinyStrokes)(specification.initialisation.seed);

/** Controls have as many survivors, layer by layer, and take them from the mask that a cell ended with. */
function checkControls(run: TinyRun, finder: string): void {
  const { id } = run.planned(finder);
  const found = run.trained(finder);
  const like = { kind: 'found', cell: id };
  expect(run.planned('reinitialise').specification.mask).toEqual(like);
  expect(run.trained('reinitialise').mask).toEqual(found.mask);
  for (const [condition, kind] of [
    ['random-mask', 'random'],
    ['shuffled-mask', 'shuffled'],
  ]) {
    expect(run.planned(condition).specification.mask).toMatchObject({ kind, like });
    expect(run.planned(condition).parents).toEqual([id]);
    expect(run.trained(condition).layers).toEqual(found.layers);
    expect(run.trained(condition).mask).not.toEqual(found.mask);
    expect(run.planned(condition).specification.start).toEqual({ kind: 'initial' });
  }
}

/** What each trained cell must say of itself, and that it comes out the same again. */
function checkCells(run: TinyRun, again: TinyRun): void {
  for (const { id, condition, level } of run.graph.cells) {
    const cell = run.trained(condition, level);
    expect(cell.id).toBe(id);
    expect(cell.status).toBe('done');
    expect(cell.density).toBe(densityOf(cell.layers));
    expect(cell.layers.map((layer) => layer.total)).toEqual([9408, 96, 80]);
    if (cell.mask !== null) expect([...cell.mask.values()].map(countOf)).toEqual(keptOf(cell));
    const { training, search } = costOf(cell);
    const { forward, backward, evaluation, examples } = training;
    // RigL's three changes have no step.
    const held = cell.specification.evolution?.kind === 'rigl' ? 3 : 0;
    expect(examples).toBe(20 * (cell.end.iteration - held));
    expect(forward).toBeGreaterThan(0);
    expect(backward).toBeGreaterThan(forward);
    expect(evaluation).toBeGreaterThan(0);
    expect(cell.flops).toBe(forward + backward + evaluation + search.flops);
    expect(again.trained(condition, level).digests).toEqual(cell.digests);
  }
}

const controls = ['reinitialise 1', 'random-mask 1', 'shuffled-mask 1'];
const costOf = (cell: TrainedCell) => cell.cost as NonNullable<TrainedCell['cost']>;
const searched = (run: TinyRun, condition: string) => {
  const { flops, examples } = costOf(run.trained(condition)).search;
  return { flops: flops > 0, examples };
};

describe('pruning at initialisation', () => {
  it('finds each mask in the values training starts from, and depends on no other cell', async () => {
    const run = await runOf('at-initialisation', { score: 'magnitude' });
    expect(placesOf(run)).toEqual(['dense 0', 'ticket 1', ...controls]);
    expect(run.graph.cells.flatMap(({ parents }) => parents)).toEqual([]);
    const ticket = run.trained('ticket');
    expect(keptOf(ticket)).toEqual(ticketCounts);
    for (const [name, bits] of ticket.mask as ReadonlyMap<string, Uint8Array>) {
      const sizes = (initialOf(ticket).get(name) as Float32Array).map(Math.abs);
      const of = (kept: number) => sizes.filter((_, i) => bits[i] === kept);
      expect(Math.min(...of(1))).toBeGreaterThanOrEqual(Math.max(...of(0)));
    }
    expect(run.planned('ticket').specification.mask).toMatchObject({ kind: 'prune', from: null });
    expect(run.planned('random-mask').specification.mask).toMatchObject({
      kind: 'random',
      like: run.planned('ticket').specification.mask,
    });
    expect(searched(run, 'ticket')).toEqual({ flops: false, examples: 0 });
    checkCells(run, await runOf('at-initialisation', { score: 'magnitude' }));
  });

  it('counts the examples that a score is measured on, once a step', async () => {
    const once = await runOf('at-initialisation', { score: 'snip' });
    expect(keptOf(once.trained('ticket'))).toEqual(ticketCounts);
    expect(searched(once, 'ticket')).toEqual({ flops: true, examples: 100 });
    expect(searched(once, 'dense')).toEqual({ flops: false, examples: 0 });
    const thrice = await runOf('at-initialisation', { score: 'snip', steps: 3, examples: 50 });
    expect(keptOf(thrice.trained('ticket'))).toEqual(ticketCounts);
    expect(searched(thrice, 'ticket')).toEqual({ flops: true, examples: 150 });
    checkCells(thrice, await runOf('at-initialisation', { score: 'snip', steps: 3, examples: 50 }));
  });

  it('lets SynFlow prune in a hundred steps without any example', async () => {
    const run = await runOf('at-initialisation', {
      score: 'synflow',
      scope: 'global',
      densities: [0.25],
      rates: { output: 0.5 },
    });
    expect(run.planned('ticket').specification.mask).toMatchObject({ steps: 100, density: 0.25 });
    const kept = keptOf(run.trained('ticket'));
    expect(kept.reduce((sum, count) => sum + count, 0)).toBe(Math.round(0.25 * total));
    expect(Math.min(...kept)).toBeGreaterThan(0);
    expect(searched(run, 'ticket')).toEqual({ flops: true, examples: 0 });
  });
});

describe('gradual pruning', () => {
  const settings = { gradual: { begin: 5, end: 30, every: 5 } };

  it('ends with the counts of the level, dense when it begins, in one cell', async () => {
    const run = await runOf('gradual', settings);
    expect(placesOf(run)).toEqual(['dense 0', 'ticket 1', ...controls]);
    expect(run.planned('ticket').parents).toEqual([]);
    const ticket = run.trained('ticket');
    expect(keptOf(ticket)).toEqual(ticketCounts);
    expect(ticket.specification.mask).toBeNull();
    expect(ticket.finalWeights).toEqual(applyMask(ticket.finalWeights, ticket.mask as ReadonlyMap<string, Uint8Array>));
    // Nothing is pruned at the first evaluation.
    expect(ticket.history.validationLoss[0]).toBe(run.trained('dense').history.validationLoss[0]);
    expect(searched(run, 'ticket')).toEqual({ flops: false, examples: 0 });
    checkControls(run, 'ticket');
    checkCells(run, await runOf('gradual', settings));
  });

  it('counts the gradients that its score asks for as search', async () => {
    const run = await runOf('gradual', { ...settings, score: 'taylor' });
    expect(keptOf(run.trained('ticket'))).toEqual(ticketCounts);
    const { flops, examples } = searched(run, 'ticket');
    expect(flops).toBe(true);
    expect(examples).toBeGreaterThan(0);
    expect(examples % 20).toBe(0);
  });
});

describe('early-bird', () => {
  const settings = { earlyBird: { every: 4, memory: 2, threshold: 0.9 } };

  it('stops its search as soon as masks agree, and trains the ticket from the start', async () => {
    const run = await runOf('early-bird', settings);
    expect(placesOf(run)).toEqual(['dense 0', 'search 1', 'ticket 1', ...controls]);
    const search = run.trained('search');
    // Two to remember, at 4 and 8; the third agrees.
    expect(search.end.iteration).toBe(12);
    expect(keptOf(search)).toEqual(ticketCounts);
    expect(costOf(search).training.examples).toBe(12 * 20);
    const ticket = run.trained('ticket');
    expect(run.planned('ticket').parents).toEqual([search.id]);
    expect(ticket.mask).toEqual(search.mask);
    expect(ticket.end.iteration).toBe(40);
    expect(run.planned('ticket').specification.start).toEqual({ kind: 'initial' });
    checkControls(run, 'search');
    checkCells(run, await runOf('early-bird', settings));
  });

  it('prunes at the end of training where masks never agree', async () => {
    const run = await runOf('early-bird', { earlyBird: { every: 4, memory: 2, threshold: 1e-9 } });
    expect(run.trained('search').end.iteration).toBe(40);
    expect(keptOf(run.trained('search'))).toEqual(ticketCounts);
    expect(run.trained('ticket').mask).toEqual(run.trained('search').mask);
  });

  it('continues from the weights of the search where tickets keep final values', async () => {
    const run = await runOf('early-bird', settings, { retrain: 'learning-rate-rewind', rewind: 10 });
    const { id } = run.planned('search');
    expect(run.planned('ticket').specification.start).toEqual({ kind: 'continue', cell: id, iteration: 10 });
    // A random mask has to find a trained value in every place.
    expect(run.planned('random-mask').specification.start).toMatchObject({ cell: run.planned('dense').id });
    expect(run.trained('ticket').history.iteration).toEqual([10, 20, 40]);
  });
});

describe.each(['set', 'rigl'])('%s', (schedule) => {
  const settings = { dynamic: { every: 10, until: 35, fraction: 0.4 } };

  it('keeps the counts it began with, in other places, and controls take the mask it ended with', async () => {
    const run = await runOf(schedule, settings);
    expect(placesOf(run)).toEqual(['dense 0', 'ticket 1', ...controls]);
    expect(run.planned('ticket').specification.mask).toMatchObject({ kind: 'prune', from: null, score: 'random' });
    expect(run.planned('ticket').parents).toEqual([]);
    const ticket = run.trained('ticket');
    expect(keptOf(ticket)).toEqual(ticketCounts);
    const { evolution: _none, ...still } = ticket.specification;
    expect(
      (await executeCell({ kernels, specification: still, dataset: tinyStrokes, parents: new Map() })).mask,
    ).not.toEqual(ticket.mask);
    // At 10, 20 and 30 RigL looks at the dense gradient of the batch that is due; SET draws.
    expect(searched(run, 'ticket')).toEqual(
      schedule === 'rigl' ? { flops: true, examples: 60 } : { flops: false, examples: 0 },
    );
    checkControls(run, 'ticket');
    checkCells(run, await runOf(schedule, settings));
  });

  it('begins with random masks that are the same whichever way they then change', () => {
    const started = (name: string) =>
      buildGraph(tinySpecification({ pruning: { ...rates, schedule: name } }), tinyStrokes).cells[1].specification.mask;
    expect(started('set')).toEqual(started('rigl'));
  });
});

describe('a schedule that cannot be kept to', () => {
  it.each([
    ['gradual', { gradual: { begin: 20, end: 10 } }, /end is 10; expected a whole number from 21 on/],
    ['early-bird', { earlyBird: { threshold: 0 } }, /threshold/],
    ['edge-popup', { scope: 'global' }, /ranks fc1\.weight, fc2\.weight together.*expected layer/],
  ])('is refused before anything is trained: %s', (schedule, pruning, sentence) => {
    const plan = () => buildGraph(tinySpecification({ pruning: { ...rates, schedule, ...pruning } }), tinyStrokes);
    expect(plan).toThrow(InputError);
    expect(plan).toThrow(sentence);
  });
});

describe('learned masks', () => {
  it('come out of a supermask at whatever density, over weights that stay', async () => {
    const run = await runOf('supermask');
    expect(placesOf(run)).toEqual(['dense 0', 'search 1', 'ticket 1', ...controls]);
    const search = run.trained('search');
    expect(run.planned('search').specification.optimiser).toMatchObject({ name: 'sgd', lr: 100, momentum: 0.9 });
    expect(run.planned('ticket').specification.optimiser).toEqual(run.planned('dense').specification.optimiser);
    expect(search.density).toBeGreaterThan(0);
    expect(search.density).toBeLessThan(1);
    expect(run.trained('ticket').layers).toEqual(search.layers);
    checkControls(run, 'search');
    checkCells(run, await runOf('supermask'));
  });

  it('have exact counts under edge-popup, and its weights are those that were drawn', async () => {
    const run = await runOf('edge-popup', { learned: { lr: 0.05 } });
    expect(placesOf(run)).toEqual(['dense 0', 'search 1', 'ticket 1', ...controls]);
    const search = run.trained('search');
    expect(keptOf(search)).toEqual(ticketCounts);
    expect(run.planned('search').specification.optimiser).toMatchObject({ lr: 0.05 });
    const initial = initialOf(search);
    for (const [name, bits] of search.mask as ReadonlyMap<string, Uint8Array>) {
      const [final, first] = [search.finalWeights, initial].map((values) => values.get(name) as Float32Array);
      expect(bits.every((bit, i) => bit === 0 || final[i] === first[i])).toBe(true);
    }
    checkControls(run, 'search');
    checkCells(run, await runOf('edge-popup', { learned: { lr: 0.05 } }));
  });
});

describe('settings of a mask that changes', () => {
  it.each([
    ['gradual', { gradual: { begin: 30, end: 20 } }, 'pruning.gradual.end is 20; expected a whole number from 31 on.'],
  ])('of %s are refused by name', (schedule, pruning, sentence) => {
    const specification = tinySpecification({ pruning: { ...rates, schedule, ...pruning } });
    expect(() => buildGraph(specification, tinyStrokes)).toThrow(sentence);
  });
});
