import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtIn } from '../../src/data/built-in.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { resolveSpecification } from '../../src/experiments/presets.js';
import { LocalExecutor } from '../../src/experiments/tasks/index.js';
import { loadKernels } from '../../src/kernels/index.js';
import { Laboratory, planRun } from '../../src/laboratory/index.js';
import { type Bundle, bundle, weights } from './bundle.js';
import { needBrowser, type OpenPage, openPage } from './chromium.js';
import type { PageResult, PageRun } from './laboratory-page.js';

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const worker = fileOf('../../src/web/worker.ts');
const page = fileOf('./laboratory-page.ts');

describe('the bundle of a worker that trains', () => {
  let folder: string;
  let bundled: Bundle;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lottery-bundle-'));
    bundled = await bundle({ entries: { worker }, folder });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads at most 280 kB, 125 kB gzipped, before it trains, both builds of the kernels included', () => {
    // Both builds of the kernels count here, though a worker loads only the one that it needs.
    const loaded = bundled.chunks.filter(({ atStart, parts }) => atStart || './kernels/generated' in parts);
    const kernels = loaded.reduce((sum, { parts }) => sum + (parts['./kernels/generated'] ?? 0), 0);
    expect(kernels).toBeGreaterThan(60_000);
    const [bytes, gzipped] = [
      loaded.reduce((sum, chunk) => sum + chunk.bytes, 0),
      loaded.reduce((sum, chunk) => sum + chunk.gzipped, 0),
    ];
    console.info(`the worker's bundle: ${bytes} bytes, ${gzipped} gzipped`);
    expect(bytes, weights(bundled)).toBeLessThanOrEqual(280_000);
    expect(gzipped, weights(bundled)).toBeLessThanOrEqual(125_000);
  });

  it('has measurements and what they compute with in a file of their own', () => {
    const later = bundled.chunks.filter(({ atStart }) => !atStart);
    expect(later.flatMap(({ parts }) => Object.keys(parts))).toEqual(
      expect.arrayContaining(['ml-matrix', './analysis']),
    );
    const atStart = bundled.chunks.filter((chunk) => chunk.atStart).flatMap(({ parts }) => Object.keys(parts));
    expect(atStart).not.toContain('ml-matrix');
    expect(atStart).not.toContain('./analysis');
  });

  it('reads nothing of figures, YAML, schemas or a document', () => {
    const packages = bundled.modules.flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(packages)].sort()).toEqual(['@noble/hashes', 'fflate', 'ml-matrix']);
    expect(bundled.modules.filter((path) => /^src\/(figures|studies|node|cli)\/|schema|preset/.test(path))).toEqual([]);
  });
});

describe('the laboratory in Chromium', () => {
  const data = { train: 1_000, test: 300, seed: 1 };
  const settings = {
    data: { train: data.train, test: data.test, validation: 200 },
    iterations: 200,
    evaluateEvery: 50,
    trials: 1,
    levels: 3,
  };
  let inNode: string | null;

  beforeAll(async () => {
    const dataset = builtIn('strokes', data);
    const store = new MemoryStore();
    const engine = { version: 'test', engine: 'Node', platform: 'test' };
    const laboratory = new Laboratory({ store, machine: { ...engine, processor: 'unknown' } });
    const executor = new LocalExecutor({ kernels: await loadKernels(), dataset, store, engine });
    const planned = planRun(resolveSpecification({ extends: 'quickstart', ...settings }), dataset);
    const { results } = await laboratory.run(planned, { executor, command: 'a test' });
    inNode = results?.digest ?? null;
    expect(inNode).toMatch(/^[0-9a-f]{64}$/);
  });

  const runIn = async ({ page: opened, url }: OpenPage, request: PageRun): Promise<PageResult> => {
    await opened.addScriptTag({ url: `${url}page.js`, type: 'module' });
    const isThere = () => 'runInPage' in globalThis;
    await opened.waitForFunction(isThere);
    return opened.evaluate(
      (given) => (globalThis as unknown as { runInPage(run: PageRun): Promise<PageResult> }).runInPage(given),
      request,
    );
  };

  it('trains in a worker, stops in the middle of a cell, resumes, and has the digest that Node has', async (context) => {
    needBrowser(context);
    const opened = await openPage({ entries: { worker, page }, isolated: false });
    try {
      expect(await opened.page.evaluate(() => crossOriginIsolated)).toBe(false);
      const found = await runIn(opened, { settings, data, workers: 1, threads: 1, stopPast: 60 });
      expect(found.digest).toBe(inNode);
      expect(found.finishedBefore).toBe(0);
      expect(found.resumedAt).toHaveLength(1);
      expect(found.resumedAt[0]).toBeGreaterThan(60);
      console.info(`the worker heard a stop after ${(found.heardAfter as number).toFixed(0)} ms`);
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  });

  it('gives the same digest with two workers at once', async (context) => {
    needBrowser(context);
    const opened = await openPage({ entries: { worker, page }, isolated: false });
    try {
      const found = await runIn(opened, { settings, data, workers: 2, threads: 2, stopPast: null });
      expect(found).toMatchObject({ digest: inNode, resumedAt: [], heardAfter: null });
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  });

  it('gives the same digest with two threads to a cell over shared memory', async (context) => {
    needBrowser(context);
    const opened = await openPage({ entries: { worker, page }, isolated: true });
    try {
      expect(await opened.page.evaluate(() => crossOriginIsolated)).toBe(true);
      const found = await runIn(opened, { settings, data, workers: 1, threads: 2, stopPast: null });
      expect(found.digest).toBe(inNode);
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});
