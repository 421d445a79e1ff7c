import { describe, expect, it } from 'vitest';
import { resolveSpecification } from '../../experiments/presets.js';
import { readRunRecord, readStudyRecord } from '../../experiments/record-schema.js';
import type { RunRecord, StudyRecord } from '../../experiments/records.js';
import { planRun, planStudy } from '../../laboratory/plan.js';
import { heldAgainstPlan } from '../../laboratory/recorded.js';
import { frontier } from './index.js';

const dataset = {
  name: 'strokes',
  digest: 'a'.repeat(64),
  shape: { channels: 1, height: 28, width: 28 },
  classes: 10,
  train: { count: 12_000 },
  test: { count: 5_000 },
};
const machine = { version: '0.1.0', engine: 'Node 20.20.2', platform: 'linux x64', processor: 'unknown' };
const common = { ...machine, dataset, command: 'lottery', started: '2026-01-01T00:00:00Z', finished: null };

/** As version 0.1.0 wrote them into records. */
const quickstart = {
  name: 'quickstart',
  network: 'lenet-300-100',
  initialisation: { name: 'glorot-normal' },
  data: { name: 'strokes', train: 12_000, test: 5_000, validation: 2_000 },
  optimiser: { name: 'adam', lr: 0.0012, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decayOn: 'all' },
  batch: 60,
  labelSmoothing: 0,
  iterations: 1_500,
  evaluateEvery: 50,
  pruning: { score: 'magnitude', scope: 'layer', rate: 0.2, outputRate: 0.1, schedule: 'iterative' },
  rewind: 0,
  retrain: 'rewind',
  controls: { reinitialise: 1, randomMask: 0 },
  trials: 1,
  levels: 12,
  seed: 0,
  testCurve: false,
};
const grasp = { ...quickstart.pruning, score: 'grasp', densities: [0.05], schedule: 'at-initialisation' };
const runOfGrasp = { ...quickstart, pruning: grasp, controls: { reinitialise: 0, randomMask: 0 }, levels: 2 };
const dense = '0f48c390d57c0d50fc1f470cd81b567d0b78ee7743a99d0ace99f95a64c9a6d4';
const ticket = '539f5dc6d36294ae6b59ab96c335e427633688ebfe41fd0a3fb614fc45092b7a';
const ofStudy = [
  dense,
  'e264489726ad9700e223689a048ac0d8d3b981ff70b1a767749b2b3642d7e737',
  '1dabb3e47ad8ae10320dc7f7c48bf7328bdc859922971ae96a192a6206fb3981',
];

describe('records from before GraSP was exact', () => {
  it('of runs plan the cells that they name, in the folder that they name', () => {
    const cells = [dense, ticket].map((id, level) => ({
      id,
      condition: level === 0 ? 'dense' : 'ticket',
      trial: 0,
      level,
      draw: 0,
      density: 1,
    }));
    const read = readRunRecord({ ...common, run: 'quickstart-e1e67196', specification: runOfGrasp, cells });
    const { record } = read as { record: RunRecord };
    expect(record.specification.pruning.hessian).toBe('finite-difference');
    expect(heldAgainstPlan(record).problems).toEqual([]);
  });

  it('of studies likewise, also once they were written again', () => {
    const written = {
      ...common,
      folder: 'quickstart-frontier-75acb262',
      study: 'frontier',
      specification: quickstart,
      options: { densities: [0.05], only: ['grasp', 'snip'] },
      cells: ofStudy,
      measurements: [],
    };
    const { record } = readStudyRecord(written) as { record: StudyRecord };
    expect(heldAgainstPlan(record).problems).toEqual([]);
    const again = { ...record, options: { ...record.options, methods: 'earlier' } };
    expect(heldAgainstPlan((readStudyRecord(again) as { record: StudyRecord }).record).problems).toEqual([]);
  });
});

describe('new settings', () => {
  it('mean the authors’ GraSP, and have names of their own', () => {
    const specification = resolveSpecification(runOfGrasp);
    expect(specification.pruning).toMatchObject({ hessian: 'exact', temperature: 200 });
    const planned = planRun(specification, dataset);
    expect(planned.tasks.map(({ id }) => id)).not.toContain(ticket);
    expect(planned.folder).not.toBe('quickstart-e1e67196');
    const mask = planned.graph.cells[1].specification.mask;
    expect(mask).toMatchObject({ score: 'grasp', hessian: 'exact', temperature: 200 });
    // A record of it is read as it was written.
    const read = readRunRecord({ ...common, run: planned.folder, specification, cells: [] }) as { record: RunRecord };
    expect(read.record.specification).toEqual(specification);
  });

  it('reach the earlier form by its name', () => {
    const over = { ...runOfGrasp, pruning: { ...grasp, hessian: 'finite-difference' } };
    expect(planRun(resolveSpecification(over), dataset).tasks.map(({ id }) => id)).toEqual([dense, ticket]);
  });

  it('give the scheme grasp of studies the authors’ form', () => {
    const plan = (methods: 'authors' | 'earlier') => {
      const options = { densities: [0.05], only: ['grasp' as const], methods };
      return planStudy(frontier, resolveSpecification(quickstart), options, dataset).plan.schemes[0];
    };
    expect(plan('authors').specification.pruning).toMatchObject({ hessian: 'exact', temperature: 200 });
    expect(ofStudy).toContain(plan('earlier').graph.cells[1].id);
  });
});
