import type { MeasurementKind, MeasurementSpecification } from './measurement.js';

export {
  type MeasurementKind,
  type MeasurementSource,
  type MeasurementSpecification,
  type MeasurementStore,
  measurementId,
  type PlannedMeasurement,
  planMeasurement,
} from './measurement.js';

/** Kinds of measurements by name: one entry each. */
// biome-ignore lint/suspicious/noExplicitAny: each kind takes its own specification, which the table's key tells.
export const measurementKinds: Readonly<Record<string, MeasurementKind<any, unknown>>> = {};

/** The kind of a specification. @throws RangeError when there is none */
export function kindOf({ kind }: MeasurementSpecification): MeasurementKind<MeasurementSpecification, unknown> {
  const found = measurementKinds[kind];
  if (found === undefined) throw new RangeError(`${kind} is no kind of measurement.`);
  return found;
}
