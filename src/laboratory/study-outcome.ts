import { cellResult, runDigest } from '../experiments/assemble.js';
import { mapAtOnce } from '../experiments/at-once.js';
import { canonicalDigest } from '../experiments/canonical.js';
import { measuresOf } from '../experiments/measures.js';
import type { StudyRecord } from '../experiments/records.js';
import type { CellResult } from '../experiments/results.js';
import { trainingsOf } from '../experiments/trainings.js';
import { ARITHMETIC_VERSION } from '../kernels/arithmetic.js';
import { prunableParameters } from '../networks/network.js';
import type { StudyOutcome, StudyPlan, StudyStore } from '../studies/study.js';
import { type PlannedStudy, studyName } from './plan.js';

interface Finished {
  readonly id: string;
  readonly digest: string;
}

/** Cells that are finished. */
async function cellsOf({ cells }: StudyPlan, store: StudyStore): Promise<CellResult[]> {
  const read = await mapAtOnce(cells, async (cell) =>
    (await store.has(cell.id)) ? cellResult(cell, await store.readSummary(cell.id), store) : null,
  );
  return read.filter((cell) => cell !== null);
}

async function measurementsOf({ measurements }: StudyPlan, store: StudyStore): Promise<Finished[]> {
  const read = await mapAtOnce(measurements, async ({ id }): Promise<Finished | null> => {
    if (!(await store.hasMeasurement(id))) return null;
    return { id, digest: canonicalDigest(await store.readMeasurement(id)) };
  });
  return read.filter((finished) => finished !== null);
}

/**
 * What a study says of itself so far, and what it found.
 *
 * @throws InputError when something that is finished cannot be read
 */
export async function assembleStudyOutcome<Options, Plan extends StudyPlan, Found>(
  { study, plan, facts }: PlannedStudy<Options, Plan, Found>,
  record: StudyRecord,
  store: StudyStore,
): Promise<StudyOutcome<Found>> {
  const cells = await cellsOf(plan, store);
  const measured = await measurementsOf(plan, store);
  const isMeasured = measured.length > 0 && measured.length === plan.measurements.length;
  const { channels, height, width } = facts.shape;
  const { version, engine, platform, processor, started, finished } = record;
  return {
    study: study.name,
    name: studyName(plan.base, study),
    command: record.command,
    specification: structuredClone(plan.base) as unknown as Record<string, unknown>,
    dataset: { name: facts.name, digest: facts.digest, shape: [channels, height, width], classes: facts.classes },
    network: {
      name: plan.network.name,
      weights: prunableParameters(plan.network).reduce((sum, { size }) => sum + size, 0),
    },
    trials: plan.base.trials,
    digest: cells.length === plan.cells.length ? runDigest(cells) : null,
    provenance: {
      version,
      engine,
      platform,
      processor,
      started,
      finished,
      arithmetic: ARITHMETIC_VERSION,
      cellSeconds: cells.reduce((sum, { seconds }) => sum + seconds, 0),
    },
    trainings: trainingsOf(cells, measuresOf(plan.base), plan.parts),
    cells: {
      planned: plan.cells.length,
      finished: cells.length,
      diverged: cells.filter(({ status }) => status === 'diverged').length,
    },
    measurements: {
      planned: plan.measurements.length,
      finished: measured.length,
      digest: isMeasured ? runDigest(measured) : null,
    },
    found: await study.assemble(plan, store, facts),
  };
}
