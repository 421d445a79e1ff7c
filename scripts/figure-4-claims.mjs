// Holds the numbers that Frankle and Carbin 2019 (arXiv 1803.03635 v5, section 2) state of LeNet-300-100 against trainings of the preset
// lenet-mnist, and writes CSV:
//
//   node scripts/figure-4-claims.mjs lottery-store/runs/NAME/trainings.csv > claims.csv
//
// Each is judged by the interval in which a mean of the paper's five trials would lie (`judgeReproduction`): excluded where its number is
// outside; reproduced where a difference of the margin or more is excluded, 25% of a ratio and 0.2 points of accuracy; else compatible.
import { readFileSync } from 'node:fs';
import { judgeReproduction, mean, tInterval } from '../dist/analysis/index.js';
import { rowsOf } from './page-numbers/csv.mjs';

const PAPER_TRIALS = 5;
const margins = { times: Math.log(1.25), points: 0.2 };

/** Levels of a rate of 0.2 from round to round: 21.1, 13.5, 3.6 and 2.9% of the weights. */
const claims = [
  { claim: 'times as early as the dense network', level: 7, against: 'dense', unit: 'times', published: 1 / 0.62 },
  {
    claim: 'times as early as its re-initialisation',
    level: 7,
    against: 'reinitialise',
    unit: 'times',
    published: 2.51,
  },
  {
    claim: 'more accurate than its re-initialisation',
    level: 7,
    against: 'reinitialise',
    unit: 'points',
    published: 0.5,
  },
  { claim: 'more accurate than the dense network', level: 9, against: 'dense', unit: 'points', published: 0.3 },
  { claim: 'back at the speed of the dense network', level: 15, against: 'dense', unit: 'times', published: 1 },
  { claim: 'back at the accuracy of the dense network', level: 15, against: 'dense', unit: 'points', published: 0 },
  {
    claim: 'less accurate than the dense network from here on',
    level: 16,
    against: 'dense',
    unit: 'points',
    published: 0,
  },
];

const words = { contradicted: 'excluded', supported: 'reproduced', undecided: 'compatible' };

function trainingsIn(path) {
  const [head, ...rows] = rowsOf(readFileSync(path, 'utf8'));
  return rows.map((row) => Object.fromEntries(head.map((name, column) => [name, row[column]])));
}

/** One number a trial, its draws averaged: the early stop, or the test accuracy there in per cent. */
function byTrial(trainings, condition, level, unit) {
  const found = new Map();
  for (const one of trainings) {
    if (one.condition !== condition || Number(one.level) !== level || one.status !== 'done') continue;
    const value = unit === 'times' ? Number(one.early_stop_iteration) : 100 * Number(one.test_accuracy_at_early_stop);
    found.set(one.trial, [...(found.get(one.trial) ?? []), value]);
  }
  return new Map([...found].map(([trial, values]) => [trial, mean(values)]));
}

function judged(trainings, { claim, level, against, unit, published }) {
  const own = byTrial(trainings, 'ticket', level, unit);
  const other = byTrial(trainings, against, against === 'dense' ? 0 : level, unit);
  const trials = [...own.keys()].filter((trial) => other.has(trial));
  const log = unit === 'times';
  const values = trials.map((trial) =>
    log ? Math.log(other.get(trial) / own.get(trial)) : own.get(trial) - other.get(trial),
  );
  const value = log ? Math.log(published) : published;
  const {
    interval: predicted,
    equivalenceP,
    verdict,
  } = judgeReproduction(values, { value, trials: PAPER_TRIALS }, margins[unit]);
  const range = tInterval(values);
  const back = (number) => (number === undefined ? '' : (log ? Math.exp(number) : number).toFixed(4));
  const weights = trainings.find((one) => one.condition === 'ticket' && Number(one.level) === level)?.density;
  return [
    claim,
    (100 * Number(weights)).toFixed(2),
    unit,
    published.toFixed(4),
    back(mean(values)),
    back(range?.low),
    back(range?.high),
    back(predicted?.low),
    back(predicted?.high),
    equivalenceP?.toFixed(4) ?? '',
    values.length,
    words[verdict.outcome],
  ];
}

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('expected the trainings.csv of a run of lenet-mnist; lottery report writes it.\n');
  process.exit(2);
}
const head =
  'claim,weights_percent,unit,published,measured,low,high,predicted_low,predicted_high,equivalence_p,trials,verdict';
const trainings = trainingsIn(path);
process.stdout.write(`${[head, ...claims.map((claim) => judged(trainings, claim).join(','))].join('\n')}\n`);
