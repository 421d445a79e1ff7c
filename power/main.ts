import { parseArgs } from 'node:util';
import { coverages } from './intervals.js';
import { faster, nothing, quickstart, quickstartClaims, readPages, type Truth } from './pages.js';

const help = `Judges made-up data whose truth is known: how often intervals hold it, how often a page supports what is not so, and
how often it supports what is.

  npm run power                          20,000 intervals of each kind, 1,000 pages
  npm run power -- --pages 500           fewer pages
  npm run power -- --seed 7              other numbers

Exit code 1: an interval held the truth in less than 93 or more than 97% of cases, or more than 5% of pages without an effect
supported one, by more than chance gives.
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    intervals: { type: 'string', default: '20000' },
    pages: { type: 'string', default: '1000' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

function whole(name: 'seed' | 'intervals' | 'pages', least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`--${name} is ${values[name]}; expected a whole number of at least ${least}.\n`);
  process.exit(2);
}

const seed = whole('seed', 0);
const intervals = whole('intervals', 100);
const pages = whole('pages', 10);
const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
const problems: string[] = [];
console.log(`seed ${seed}; ${intervals} intervals of each kind, ${pages} pages of each.\n`);

const trialCounts = [3, 5, 6, 10];
console.log(
  `| 95% interval | ${trialCounts.map((n) => `${n} trials`).join(' | ')} |\n| --- | ${trialCounts.map(() => '---: |').join(' ')}`,
);
const found = coverages(seed, intervals, trialCounts);
for (const what of new Set(found.map((one) => one.what))) {
  const own = found.filter((one) => one.what === what);
  console.log(`| ${what} | ${own.map(({ held }) => percent(held)).join(' | ')} |`);
  for (const { trials, held } of own) {
    if (held < 0.93 || held > 0.97)
      problems.push(`${what}, ${trials} trials: ${percent(held)} of intervals hold the truth.`);
  }
}

/** What chance gives beyond 5% in so many pages, three deviations. */
const allowed = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / pages);
console.log(
  '\n| pages without an effect | trials | any claim supported | any claim of speed contradicted |\n| --- | ---: | ---: | ---: |',
);
const settings = [['reinitialise'], ['reinitialise', 'random-mask', 'shuffled', 'inverted']].flatMap((controls) =>
  [3, 5, 6].map((trials) => ({ controls, trials })),
);
settings.forEach(({ controls, trials }, place) => {
  const said = readPages(seed, 1 + place, pages, nothing(trials, controls));
  const supported = said.any('supported');
  const wrong = said.any('contradicted', (id) => !id.startsWith('more-accurate') && id !== 'matches-dense');
  console.log(
    `| ${controls.length} ${controls.length === 1 ? 'control' : 'controls'} | ${trials} | ${percent(supported)} | ${percent(wrong)} |`,
  );
  for (const share of [supported, wrong]) {
    if (share > allowed)
      problems.push(
        `${controls.length} controls, ${trials} trials: ${percent(share)} of pages without an effect have one.`,
      );
  }
});

console.log(
  '\n| ticket learns | spread of log ratio | trials | than dense | than re-initialised | in every trial | all three |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
);
const row = (name: string, spread: string, place: number, truth: Truth) => {
  const said = readPages(seed, 100 + place, Math.ceil(pages / 4), truth);
  const each = quickstartClaims.map((id) => percent(said.supported(id))).join(' | ');
  console.log(`| ${name} | ${spread} | ${truth.trials} | ${each} | ${percent(said.supported(...quickstartClaims))} |`);
  return said.supported(...quickstartClaims);
};
const asInPilot = [3, 4, 5, 6, 8].map((trials, place) =>
  row('as the quickstart’s pilot', '0.16', place, quickstart(trials)),
);
if (asInPilot[3] < 0.9) problems.push(`Six trials as the quickstart’s pilot: all three in ${percent(asInPilot[3])}.`);
[1.25, 1.5, 2, 3]
  .flatMap((speed) => [0.1, 0.2, 0.35].flatMap((spread) => [3, 6].map((trials) => ({ speed, spread, trials }))))
  .forEach(({ speed, spread, trials }, place) => {
    // The spread of a ratio of two trainings is that of one by the root of two.
    row(`${speed} times as fast`, `${spread}`, 10 + place, faster(trials, speed, spread / Math.SQRT2));
  });

console.log(problems.length === 0 ? '\nIntervals and pages keep what they promise.' : `\n${problems.join('\n')}`);
process.exitCode = problems.length === 0 ? 0 : 1;
