import { expect, it } from 'vitest';
import { makeStrokes, unitLength } from '../data/index.js';
import { openData } from './data-sources.js';

const options = { output: process.stderr, signal: new AbortController().signal };

it('opens images as they are, or of unit length where the settings say so', async () => {
  const strokes = makeStrokes({ train: 40, test: 10, seed: 2 });
  const data = { name: 'strokes', train: 40, test: 10, seed: 2 };
  expect((await openData(data, options)).digest).toBe(strokes.digest);
  const found = await openData({ ...data, normalisation: 'unit-length' }, options);
  expect([found.digest, found.normalised]).toEqual([unitLength(strokes).digest, 'unit-length']);
});
