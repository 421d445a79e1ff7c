import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeStrokes } from '../../data/strokes/index.js';
import { loadKernels } from '../../kernels/index.js';
import { executeCell } from '../execute.js';
import { buildGraph } from '../graph.js';
import { measurementId } from '../measurements/index.js';
import { resolveSpecification } from '../presets.js';
import { factsOf } from '../run-folder.js';
import type { FinishedCell } from '../store.js';
import { hashFilesWith, sha256 } from './digest.js';
import {
  cellFiles,
  decodeCell,
  differingParts,
  encodeCell,
  encodeMarker,
  encodeMeasurement,
  places,
  readCellFile,
  readMeasurementFile,
  wrongWithFile,
} from './index.js';
import { seal, sealOf } from './sealed-json.js';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('sealed JSON', () => {
  it('is its own text with the SHA-256 of that at its end', () => {
    expect(text(encodeMarker())).toBe(
      '{"format":2,"program":"lottery-lab","sha256":"e7e5d85357ae11ae1ebf6f7f0a6c970a0a0258b71176f10c4f892be735dd7f23"}\n',
    );
  });

  it.each([[undefined], [2]])('holds any text, of however many bytes a character (indent %s)', (indent) => {
    for (const word of ['', 'ä中🎲', '0'.repeat(64), '\ud83c']) {
      const bytes = seal({ word }, { indent });
      const blank = text(bytes).replace(/[0-9a-f]{64}("\n?\}\n)$/, `${'0'.repeat(64)}$1`);
      expect(JSON.parse(text(bytes)).sha256).toBe(digestOf(new TextEncoder().encode(blank)));
      expect(sealOf(bytes)).toBe('whole');
      for (const at of [3, 20, bytes.length - 10]) {
        const changed = Uint8Array.from(bytes);
        changed[at] ^= 1;
        expect(sealOf(changed), `${word}, byte ${at}`).not.toBe('whole');
      }
    }
  });

  it('is hashed by nothing that is not SHA-256', () => {
    expect(() => hashFilesWith(() => 'f'.repeat(64))).toThrow('is not SHA-256');
    expect(sha256(new Uint8Array([1, 2, 3]))).toBe(digestOf(new Uint8Array([1, 2, 3])));
  });
});

describe('the files of a cell', () => {
  let cell: FinishedCell;

  beforeAll(async () => {
    const dataset = makeStrokes({ train: 300, test: 100, seed: 1 });
    const specification = resolveSpecification({
      network: { hidden: [12], activation: 'relu' },
      name: 'tiny',
      data: { name: 'strokes', train: 300, test: 100, validation: 50 },
      iterations: 20,
      evaluateEvery: 10,
      levels: 2,
      trials: 1,
      rewind: 10,
    });
    const kernels = await loadKernels();
    const provenance = {
      version: '0',
      engine: 'test',
      platform: 'test',
      kernels: 'wasm',
      started: '2000-01-01T00:00:00.000Z',
      seconds: 1,
      peakMemoryBytes: 0,
    };
    const parents = new Map<string, FinishedCell>();
    const [dense, ticket] = buildGraph(specification, factsOf(dataset)).cells;
    for (const { id, specification: own } of [dense, ticket]) {
      const trained = await executeCell({ kernels, dataset, specification: own, parents });
      parents.set(id, { ...trained, provenance });
    }
    cell = parents.get(ticket.id) as FinishedCell;
  });

  it('are read back as they were, and are the same bytes again', async () => {
    const files = new Map(encodeCell(cell));
    expect([...files.keys()].at(-1)).toBe(cellFiles.summary);
    const read = readCellFile(files.get(cellFiles.summary) as Uint8Array, cell.id);
    if (read.kind !== 'whole') throw new Error('damaged');
    for (const [name, facts] of Object.entries(read.content.files)) {
      expect(wrongWithFile(files.get(name) as Uint8Array, facts)).toBeNull();
    }
    const decoded = await decodeCell(
      read.content,
      async (name) => files.get(name) as Uint8Array,
      (name) => name,
    );
    expect(decoded).toEqual(cell);
    expect(differingParts(decoded)).toEqual([]);
    expect(new Map(encodeCell(decoded))).toEqual(files);
  });

  it('tell what is not as listed', async () => {
    const files = new Map(encodeCell(cell));
    const summary = files.get(cellFiles.summary) as Uint8Array;
    expect(readCellFile(summary, 'f'.repeat(64))).toEqual({ kind: 'damaged', what: `it is of cell ${cell.id}` });
    expect(readCellFile(summary.subarray(0, 50), cell.id)).toMatchObject({ kind: 'damaged' });
    const [weights] = cell.finalWeights.keys();
    const values = Float32Array.from(cell.finalWeights.get(weights) as Float32Array);
    values[0] += 1;
    expect(differingParts({ ...cell, finalWeights: new Map([...cell.finalWeights, [weights, values]]) })).toEqual([
      'finalWeights',
    ]);
  });
});

describe('the file of a measurement', () => {
  it('is that of its name alone, and holds finite numbers', () => {
    const specification = { kind: 'line', version: 1, cells: ['a'.repeat(64)] };
    const bytes = encodeMeasurement(specification, { losses: [1, 2] });
    const id = measurementId(specification);
    expect(readMeasurementFile(bytes, id)).toEqual({
      kind: 'whole',
      content: { specification, values: { losses: [1, 2] } },
    });
    expect(readMeasurementFile(bytes, 'b'.repeat(64))).toEqual({ kind: 'damaged', what: `it is measurement ${id}` });
    expect(() => encodeMeasurement(specification, { losses: [Number.NaN] })).toThrow(TypeError);
  });
});

describe('places in a store', () => {
  it('are inside of it', () => {
    expect(places.cell('ab12')).toBe('cells/ab/ab12');
    for (const name of ['..', '../x', 'a/b', 'a\\b', '', '.hidden', 'C:x']) {
      expect(() => places.run(name), name).toThrow('cannot name anything in a store');
    }
  });
});
