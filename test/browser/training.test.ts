import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtIn } from '../../src/data/built-in.js';
import { buildGraph } from '../../src/experiments/graph.js';
import { MemoryStore } from '../../src/experiments/memory-store.js';
import { resolveSpecification } from '../../src/experiments/presets.js';
import { cellTask, LocalExecutor, orderOf } from '../../src/experiments/tasks/index.js';
import { loadKernels } from '../../src/kernels/load.js';
import { type Bundle, bundle, weights } from './bundle.js';
import { needBrowser, type OpenPage, openPage } from './chromium.js';
import type { WorkerReply, WorkerRequest } from './training-worker.js';

const worker = fileURLToPath(new URL('./training-worker.ts', import.meta.url));

describe('the bundle of a worker that trains', () => {
  let folder: string;
  let bundled: Bundle;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lottery-bundle-'));
    bundled = await bundle({ entries: { worker }, folder });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads at most 430 kB, 170 kB gzipped, before it trains, both builds of the kernels included', () => {
    const loaded = bundled.chunks.filter(({ atStart }) => atStart);
    const kernels = loaded.reduce((sum, { parts }) => sum + (parts['./kernels/generated'] ?? 0), 0);
    expect(kernels).toBeGreaterThan(200_000);
    expect(
      loaded.reduce((sum, { bytes }) => sum + bytes, 0),
      weights(bundled),
    ).toBeLessThanOrEqual(430_000);
    expect(
      loaded.reduce((sum, { gzipped }) => sum + gzipped, 0),
      weights(bundled),
    ).toBeLessThanOrEqual(170_000);
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
    expect([...new Set(packages)].sort()).toEqual(['@noble/hashes', 'ml-matrix']);
    expect(bundled.modules.filter((path) => /^src\/(figures|studies|node|cli)\/|schema|preset/.test(path))).toEqual([]);
  });
});

describe('training in Chromium', () => {
  const data = { name: 'strokes', train: 1_000, test: 300, seed: 1 };
  const { name, ...size } = data;
  const specification = resolveSpecification({
    extends: 'quickstart',
    data: { train: data.train, test: data.test, validation: 200 },
    iterations: 40,
    evaluateEvery: 20,
    trials: 1,
    levels: 2,
  });
  const dataset = builtIn(name, size);
  const { cells } = buildGraph(specification, dataset);
  let inNode: string[];

  beforeAll(async () => {
    const store = new MemoryStore();
    const provenance = { version: '', engine: '', platform: '' };
    const executor = new LocalExecutor({ kernels: await loadKernels(), dataset, store, engine: provenance });
    for (const cell of cells) await executor.execute(orderOf(cellTask(cell)));
    inNode = await Promise.all(cells.map(async ({ id }) => (await store.read(id)).digests.cell));
  });

  /** What a fresh worker of the page answers. */
  const ask = ({ page, url }: OpenPage, request: WorkerRequest): Promise<WorkerReply> =>
    page.evaluate(
      ([address, message]) =>
        new Promise<WorkerReply>((resolve, reject) => {
          const worker = new Worker(address, { type: 'module' });
          worker.onmessage = (event: MessageEvent<WorkerReply>) => {
            worker.terminate();
            resolve(event.data);
          };
          worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
          worker.postMessage(message);
        }),
      [`${url}worker.js`, request] as const,
    );

  it('gives cells of the quickstart the digests that Node gives them', async (context) => {
    needBrowser(context);
    const opened = await openPage({ entries: { worker }, isolated: false });
    try {
      expect(await opened.page.evaluate(() => crossOriginIsolated)).toBe(false);
      expect(cells.map(({ condition }) => condition)).toEqual(['dense', 'ticket', 'reinitialise']);
      expect(await ask(opened, { kind: 'train', data, cells, helpers: 0 })).toEqual({
        kind: 'trained',
        digests: inNode,
        helpers: 0,
      });
      const kinds = await ask(opened, { kind: 'kinds' });
      expect(kinds).toMatchObject({ kinds: expect.arrayContaining(['line', 'overlap']) });
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  });

  it('gives the same digests with two threads over shared memory', async (context) => {
    needBrowser(context);
    const opened = await openPage({ entries: { worker }, isolated: true });
    try {
      expect(await opened.page.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(await ask(opened, { kind: 'train', data, cells, helpers: 1 })).toEqual({
        kind: 'trained',
        digests: inNode,
        helpers: 1,
      });
      expect(opened.errors).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});
