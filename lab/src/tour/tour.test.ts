import { compareRun, type MeasuredCell, statements } from 'lottery-lab/analysis';
import { builtIn } from 'lottery-lab/data';
import { type PlannedCell, presets } from 'lottery-lab/experiments';
import { planRun } from 'lottery-lab/laboratory';
import { expect, test } from 'vitest';
import { addressOf, choicesOf, specificationOf } from '../play/address.js';
import type { LiveCell } from '../play/experiment.js';
import { answersOf, denseSentence } from './findings.js';
import { tourFacts } from './settings.js';
import { stepOf, steps } from './steps.js';
import { unfinishedOf } from './unfinished.js';

const specifications = steps.map(({ choices }) => specificationOf(choices));

// The names of cells are those of any data of this shape: the tour's own are drawn only once.
const dataset = builtIn('strokes', { train: tourFacts.train, test: tourFacts.test });
const plans = specifications.map((specification) => planRun(specification, dataset));
const idsOf = (step: number) => new Set(plans[step - 1].graph.cells.map(({ id }) => id));

test('the words of the tour are those of its settings', () => {
  for (const { data, iterations, batch, trials, measures } of specifications) {
    expect(data).toMatchObject({ name: 'strokes', train: 4000, test: 1000, validation: 500 });
    expect({ iterations, batch, trials }).toEqual({ iterations: 400, batch: 60, trials: 6 });
    expect(measures).toEqual({ loss: tourFacts.loss, margin: tourFacts.margin / 100 });
  }
  const [dense] = plans[0].graph.cells;
  const weights = dense.specification.network.layers.reduce(
    (sum, layer) => sum + (layer.kind === 'linear' ? layer.inputs * layer.outputs : 0),
    0,
  );
  expect(weights).toBe(tourFacts.weights);
  expect(Object.hasOwn(presets, steps[0].choices.preset)).toBe(true);
});

test('the densities are those that the words name', () => {
  const densities = plans.map(({ graph }) => graph.ladder.map(({ density }) => Number((100 * density).toFixed(1))));
  expect(densities).toEqual([
    [100],
    [100, 21],
    [100, 21],
    [100, 21],
    [100, 46, 21.2, 9.8, 4.6],
    [100, 46, 21.2, 9.8, 4.6, 2.1, 1],
  ]);
});

test('a step trains what the steps before have not trained', () => {
  const known = new Set<string>();
  const own = plans.map((_, place) => {
    const ids = [...idsOf(place + 1)].filter((id) => !known.has(id));
    for (const id of ids) known.add(id);
    return ids.length;
  });
  // Dense; pruned and random; tickets; re-initialised; two conditions of four rounds; three of two more, and four of random masks.
  expect(own).toEqual([6, 12, 6, 6, 48, 60]);
});

test('a step is an address, and no step the first', () => {
  for (const { choices } of steps) expect(choicesOf(addressOf(choices))).toEqual(choices);
  expect([['3'], ['7'], ['0'], ['x'], [], ['2.5']].map(stepOf)).toEqual([3, 1, 1, 1, 1, 1]);
});

/** A run of some trials, in which the ticket needs so many iterations to the loss, and has such an accuracy. */
function runOf(conditions: Readonly<Record<string, { readonly time: number; readonly accuracy: number }>>, trials = 6) {
  const cells = Object.entries(conditions).flatMap(([condition, { time, accuracy }]) =>
    Array.from({ length: trials }, (_, trial): MeasuredCell => {
      const noise = ((trial * (7 + condition.length)) % 5) - 2;
      const at = time + noise;
      const point = { iteration: 400, validationAccuracy: accuracy, testAccuracy: accuracy + 0.0005 * noise };
      return {
        condition,
        trial,
        level: condition === 'dense' ? 0 : 1,
        draw: 0,
        status: 'done',
        earlyStop: point,
        end: point,
        history: { iteration: [0, at, 400], validationLoss: [2.3, 0.4, 0.2] },
      };
    }),
  );
  return compareRun({
    cells,
    planned: cells.length,
    ladder: [
      { level: 0, density: 1 },
      { level: 1, density: 0.21 },
    ],
    measures: { loss: 0.4, margin: 0.01 },
  });
}

test('questions are answered as the trials have it, whichever way that is', () => {
  const dense = { time: 100, accuracy: 0.93 };
  const control = { time: 200, accuracy: 0.9 };
  const outcome = (ticket: typeof dense, place: number) =>
    answersOf(runOf({ dense, ticket, reinitialise: control }), steps[place]).map((answer) => answer.outcome);
  expect(outcome({ time: 50, accuracy: 0.93 }, 2)).toEqual(['supported', 'supported']);
  expect(outcome({ time: 300, accuracy: 0.8 }, 2)).toEqual(['contradicted', 'contradicted']);
  expect(outcome({ time: 100, accuracy: 0.93 }, 2)[0]).toBe('undecided');
  expect(outcome({ time: 300, accuracy: 0.8 }, 3)).toEqual(['contradicted', 'contradicted']);
  const [first] = answersOf(runOf({ dense, ticket: { time: 300, accuracy: 0.8 }, reinitialise: control }), steps[3]);
  expect(first.answer).toBe('No: here it learns more slowly.');
  expect(first.evidence).toContain('contradicted');
});

test('what is not finished is not answered, and one trial decides nothing', () => {
  const dense = { time: 100, accuracy: 0.93 };
  expect(answersOf(runOf({ dense }), steps[2])).toEqual([]);
  const single = answersOf(runOf({ dense, ticket: { time: 50, accuracy: 0.95 } }, 1), steps[2]);
  expect(single.map(({ outcome }) => outcome)).toEqual(['undecided', 'undecided']);
});

test('every question is one that the library puts to a run of the step', () => {
  for (const { questions, choices } of steps.slice(1)) {
    const { controls } = specificationOf(choices);
    const named = [
      ...(controls.reinitialise > 0 ? ['reinitialise'] : []),
      ...(controls.randomMask > 0 ? ['random-mask'] : []),
    ];
    const all = Object.fromEntries(['dense', 'ticket', ...named].map((name) => [name, { time: 100, accuracy: 0.9 }]));
    const known = new Set([...statements(runOf(all)).map(({ id }) => id), 'faster-with-fewer-weights']);
    for (const { id } of questions) expect(known).toContain(id);
  }
});

test('how well dense networks learn is said with its interval, over the trials that are finished', () => {
  expect(denseSentence(runOf({ dense: { time: 100, accuracy: 0.93 } }))).toMatch(
    /^At the end the dense networks are right on 92\.98% of the test pictures on average \(95% interval of the mean 92\.\d+% to 93\.\d+%\), 6 trials; the worst trial has 92\.90%, the best 93\.10%\.$/,
  );
  expect(denseSentence(runOf({ dense: { time: 100, accuracy: 0.93 } }, 1))).not.toContain('interval');
  expect(denseSentence(runOf({}))).toBeNull();
});

test('trials are shown one by one until all of a kind are finished', () => {
  const live = (condition: string, level: number, id: string, share: number): LiveCell => ({
    cell: { id, condition, level } as unknown as PlannedCell,
    state: share < 1 ? 'training' : 'done',
    share,
    curve: [
      { iteration: 0, validationLoss: 2, validationAccuracy: 0.1 },
      { iteration: 10, validationLoss: 1, validationAccuracy: 0.5 },
    ],
    testAccuracy: null,
  });
  const cells = [
    live('dense', 0, 'a', 1),
    live('ticket', 1, 'b', 1),
    live('ticket', 1, 'c', 0.3),
    live('ticket', 2, 'd', 0.3),
  ];
  const shown = unfinishedOf(cells, 1, ({ validationLoss }) => validationLoss);
  expect(shown.map(({ training, x, y }) => [training, x, y])).toEqual([
    ['b', 0, 2],
    ['b', 10, 1],
    ['c', 0, 2],
    ['c', 10, 1],
  ]);
});
