// Measures the built lab in a real browser: what it weighs, how soon it can be used, how it trains beside Node, whether it hangs, how
// fast it stops. Nothing else should run meanwhile.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { builtIn } from '../dist/data/index.js';
import { LocalExecutor, MemoryStore, resolveSpecification } from '../dist/experiments/index.js';
import { loadKernels } from '../dist/kernels/index.js';
import { Laboratory, planRun } from '../dist/laboratory/index.js';
import { labFolder, serveLab } from '../dist/node/lab/index.js';
import { FileStore } from '../dist/node/store/index.js';

const help = `npm run bench:lab -- [options]

Measures the lab in Chromium, from a server on this machine.

  --rounds <n>   trainings of LeNet-300-100 in the browser and in Node, in turns (default: 5)
  --json         print JSON
  --help`;

/** LeNet-300-100 as the paper trains it, on drawn digits: one training. */
const training = (seed) => ({
  data: { name: 'strokes', train: 12_000, test: 1_000, validation: 1_000 },
  iterations: 600,
  evaluateEvery: 300,
  trials: 1,
  levels: 1,
  seed,
});

const browsers = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function executable() {
  const paths = (process.env.PATH ?? '').split(delimiter);
  return paths.flatMap((folder) => browsers.map((name) => join(folder, name))).find((path) => existsSync(path));
}

const addressOf = (settings) => {
  const flat = Object.entries(settings).flatMap(([key, value]) =>
    typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).map(([inner, own]) => [`${key}.${inner}`, own])
      : [[key, value]],
  );
  const text = (value) => (Array.isArray(value) ? JSON.stringify(value) : String(value));
  return `#/play?${new URLSearchParams([['v', '1'], ['preset', 'quickstart'], ...flat.map(([key, value]) => [key, text(value)])])}`;
};

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const begin = (page) => page.getByRole('button', { name: 'Train, prune, rewind, repeat' });
const ended = (page) => page.getByText('Finished.', { exact: false }).first().waitFor();

/** Milliseconds until a page can be used by somebody who was never here before. */
async function interactive(browser, address, place) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const started = performance.now();
    await page.goto(`${address}${place}`);
    await page.locator('button.main:not([disabled])').first().waitFor();
    return performance.now() - started;
  } finally {
    await context.close();
  }
}

/** Bytes of everything that is fetched until an experiment is in training, each file as gzip leaves it. */
async function firstLoad(context, url) {
  const page = await context.newPage();
  const files = new Map();
  page.on('response', async (response) => {
    const body = await response.body().catch(() => Buffer.alloc(0));
    if (body.length > 0) files.set(response.url(), gzipSync(body, { level: 9 }).length);
  });
  // Long, so that parts which are loaded when a network is finished do not count.
  await page.goto(`${url}${addressOf({ ...training(98), iterations: 50_000 })}`);
  await page.locator('button.main:not([disabled])').waitFor();
  await begin(page).click();
  await page.getByText('left.', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.waitForTimeout(500);
  await page.close();
  // The page's own database keeps what was trained, which the next visit would find.
  return { files: [...files].map(([address, bytes]) => [new URL(address).pathname, bytes]) };
}

/** Seconds that a training took, as the page keeps it. */
async function inBrowser(context, url, seed) {
  const page = await context.newPage();
  await page.goto(`${url}${addressOf(training(seed))}`);
  await begin(page).click();
  await ended(page);
  const seconds = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open('lottery-lab');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction('cells').objectStore('cells').getAll();
          all.onerror = () => reject(all.error);
          all.onsuccess = () => resolve(Math.max(...all.result.map(({ summary }) => summary.provenance.seconds)));
        };
      }),
  );
  await page.evaluate(
    () =>
      new Promise((resolve) =>
        Object.assign(indexedDB.deleteDatabase('lottery-lab'), { onsuccess: resolve, onblocked: resolve }),
      ),
  );
  await page.close();
  return seconds;
}

async function inNode(seed) {
  const specification = resolveSpecification({ extends: 'quickstart', ...training(seed) });
  const { train, test } = specification.data;
  const dataset = builtIn('strokes', { train, test });
  const store = new MemoryStore();
  const engine = { version: 'bench', engine: `Node ${process.versions.node}`, platform: process.platform };
  const executor = new LocalExecutor({ kernels: await loadKernels(), dataset, store, engine });
  const laboratory = new Laboratory({ store, machine: { ...engine, processor: 'unknown' } });
  const { results } = await laboratory.run(planRun(specification, dataset), { executor, command: 'bench' });
  return results.cells[0].seconds;
}

/** Tasks of the page over 50 ms, frames a second and the time to a stop, while four workers train. */
async function whileTraining(context, url) {
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(navigator, 'hardwareConcurrency', { value: 4 }));
  await page.goto(`${url}${addressOf({ ...training(99), iterations: 20_000, evaluateEvery: 100, trials: 4 })}`);
  await begin(page).click();
  await page.getByText('left.', { exact: false }).first().waitFor();
  const seen = await page.evaluate(async () => {
    const tasks = [];
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    );
    observer.observe({ type: 'longtask' });
    const began = performance.now();
    let frames = 0;
    while (performance.now() - began < 10_000) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames++;
    }
    const seconds = (performance.now() - began) / 1000;
    observer.disconnect();
    const clicked = performance.now();
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Pause').click();
    while (![...document.querySelectorAll('button')].some(({ textContent }) => textContent === 'Resume')) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return { tasks, framesPerSecond: frames / seconds, stop: performance.now() - clicked };
  });
  await page.close();
  return seen;
}

/** Says what is wrong, without where in the program that was found. */
function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function flagsGiven() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '5' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}\n\n${help}`, 2);
  }
}

const flags = flagsGiven();
if (flags.help) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  fail(`--rounds is ${flags.rounds}; expected a whole number of at least 1.`, 2);
}
if (!existsSync(labFolder)) fail('The lab is not built: npm run build:lab');
const found = executable();
if (found === undefined) fail(`There is no browser: none of ${browsers.join(', ')} is on the PATH.`);
const server = await serveLab({ store: await FileStore.open(join(tmpdir(), 'no-lottery-store')), port: 0 });
const browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const context = await browser.newContext();
  const visit = await context.newPage();
  await visit.goto(server.url);
  await visit.close();
  const url = new URL('/', server.url).href;
  const ready = { tour: [], play: [] };
  for (let round = 0; round < rounds; round++) {
    ready.tour.push(await interactive(browser, server.url, '#/tour/1'));
    ready.play.push(await interactive(browser, server.url, '#/play'));
  }
  const load = await firstLoad(context, url);
  const times = { browser: [], node: [] };
  for (let round = 0; round < rounds; round++) {
    times.browser.push(await inBrowser(context, url, round));
    times.node.push(await inNode(round));
  }
  const { tasks, framesPerSecond, stop } = await whileTraining(context, url);
  const results = {
    firstLoad: { bytes: load.files.reduce((sum, [, bytes]) => sum + bytes, 0), files: Object.fromEntries(load.files) },
    interactiveMilliseconds: { tour: median(ready.tour), play: median(ready.play) },
    training: {
      browserSeconds: median(times.browser),
      nodeSeconds: median(times.node),
      ratio: median(times.browser.map((seconds, round) => seconds / times.node[round])),
      ratios: times.browser.map((seconds, round) => seconds / times.node[round]),
    },
    whileTraining: { longTasks: tasks, framesPerSecond, stopMilliseconds: stop },
  };
  if (flags.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else {
    const { firstLoad: first, training: trained } = results;
    process.stdout.write(`first load, kernels included: ${(first.bytes / 1000).toFixed(1)} kB as gzip leaves it
${load.files.map(([path, bytes]) => `  ${(bytes / 1000).toFixed(1).padStart(6)} kB  ${path}`).join('\n')}
can be used after (median of ${rounds} first visits): the tour ${median(ready.tour).toFixed(0)} ms, Play ${median(ready.play).toFixed(0)} ms
a training of LeNet-300-100: ${trained.browserSeconds.toFixed(2)} s in the browser, ${trained.nodeSeconds.toFixed(2)} s in Node with WebAssembly; ratio ${trained.ratio.toFixed(3)} (${Math.min(...trained.ratios).toFixed(3)} to ${Math.max(...trained.ratios).toFixed(3)} in ${rounds} rounds)
while four workers train, in ten seconds: ${tasks.length} tasks over 50 ms${tasks.length > 0 ? ` (longest ${Math.max(...tasks).toFixed(0)} ms)` : ''}, ${framesPerSecond.toFixed(0)} frames a second
stopped after: ${stop.toFixed(0)} ms
`);
  }
} finally {
  await browser.close();
  await server.close();
}
