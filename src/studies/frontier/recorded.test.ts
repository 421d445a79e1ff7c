import { expect, it } from 'vitest';
import type { StudyRecord } from '../../experiments/records.js';
import { planStudy } from '../../laboratory/plan.js';
import { heldAgainstPlan } from '../../laboratory/recorded.js';
import { parseOptions } from '../shared/options.js';
import { base, dataset, facts } from '../shared/schemes/plan.fixture.js';
import { frontier } from './index.js';

const asked = { densities: [0.3], only: ['early-bird', 'set', 'rigl', 'edge-popup'] };

const recordOf = (folder: string, options: object, cells: readonly string[]): StudyRecord => ({
  version: '0.1.0',
  engine: 'Node 20.0.0',
  platform: 'linux x64',
  processor: 'unknown',
  dataset: facts,
  command: 'lottery study frontier',
  started: '2026-01-01T00:00:00.000Z',
  finished: null,
  folder,
  study: 'frontier',
  specification: base,
  options: { ...options },
  cells,
  measurements: [],
});

it('plans a study of schemes as it was when it was recorded', () => {
  const planned = (options: object) => planStudy(frontier, base, parseOptions(frontier.options, options), dataset);
  const [before, now] = [planned({ ...asked, methods: 'earlier' }), planned(asked)];
  // The folder of all that the version before planned, by the hash of its cells' names.
  expect(before.folder).toBe('run-frontier-d7497118');
  const idsOf = ({ tasks }: typeof now) => tasks.map(({ id }) => id);
  // The dense network of each trial is the same.
  expect(idsOf(now).filter((id) => idsOf(before).includes(id))).toHaveLength(2);
  // It did not say which way, since there was one.
  expect(heldAgainstPlan(recordOf(before.folder, asked, idsOf(before))).problems).toEqual([]);
  expect(heldAgainstPlan(recordOf(now.folder, { ...now.options }, idsOf(now))).problems).toEqual([]);
  expect(heldAgainstPlan(recordOf(now.folder, asked, idsOf(now))).problems).toHaveLength(2);
});
