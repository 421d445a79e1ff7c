import type { MeasuredInformation } from '../../analysis/information/measured.js';
import type { StudyStore } from '../study.js';
import type { InformationCourse, InformationFound } from './found.js';
import { type InformationPlan, shownConditions } from './plan.js';

/**
 * What was measured so far.
 *
 * @throws InputError when a finished cell or measurement cannot be read
 */
export async function assembleInformation(work: InformationPlan, store: StudyStore): Promise<InformationFound> {
  const courses: InformationCourse[] = [];
  const diverged: { condition: string; trial: number }[] = [];
  for (const { cell, measurement } of work.shown) {
    const { condition, trial } = cell;
    if (!(await store.has(cell.id))) continue;
    if ((await store.readSummary(cell.id)).status === 'diverged') diverged.push({ condition, trial });
    else if (await store.hasMeasurement(measurement.id)) {
      const measured = (await store.readMeasurement(measurement.id)) as MeasuredInformation;
      courses.push({ condition, trial, measured });
    }
  }
  const { density, estimators, settings, from, shown, base } = work;
  return {
    density,
    trials: base.trials,
    conditions: [...shownConditions],
    estimators,
    settings,
    from,
    courses,
    planned: shown.length,
    diverged,
  };
}
