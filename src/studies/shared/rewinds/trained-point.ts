import type { StudyStore } from '../../study.js';
import type { TrainedPoint } from './points.js';

/** A training and where it stands in a study of rewinds. */
export interface PlacedTraining extends Pick<TrainedPoint, 'condition' | 'rewind' | 'density' | 'trial' | 'draw'> {
  /** The cell's name. */
  readonly id: string;
}

/** Of some trainings what those showed that are finished. @throws InputError when one cannot be read */
export async function trainedPoints(
  trainings: readonly PlacedTraining[],
  store: Pick<StudyStore, 'has' | 'readSummary'>,
): Promise<TrainedPoint[]> {
  const points: TrainedPoint[] = [];
  for (const { id, ...place } of trainings) {
    if (!(await store.has(id))) continue;
    const { status, earlyStop, end } = await store.readSummary(id);
    points.push({ ...place, status, earlyStop, end });
  }
  return points;
}
