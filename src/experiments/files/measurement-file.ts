import { canonicalJson } from '../canonical.js';
import { type MeasurementSpecification, measurementId } from '../measurements/measurement.js';
import { sha256 } from './digest.js';
import { formats, STORE_FORMAT } from './places.js';
import { damaged, openSealed, type ReadFile, seal } from './sealed-json.js';

/** What the file of a measurement says. */
interface MeasurementFile {
  readonly specification: MeasurementSpecification;
  readonly values: unknown;
  /** In format 1, SHA-256 of the canonical JSON of specification and values; from format 2 on, of the whole file. */
  readonly sha256: string;
}

/** @throws TypeError for numbers that are not finite, rather than writing them as null */
export function encodeMeasurement(specification: MeasurementSpecification, values: unknown): Uint8Array {
  canonicalJson(values);
  return seal({ format: STORE_FORMAT, specification, values });
}

/** Reads the file of a measurement, which must be the one of this name. */
export function readMeasurementFile(bytes: Uint8Array, id: string): ReadFile<Omit<MeasurementFile, 'sha256'>> {
  const opened = openSealed<MeasurementFile>(bytes, formats);
  if (opened.kind === 'later' || opened.kind === 'damaged') return opened;
  const { specification, values, sha256: stated } = opened.fields;
  if (specification === undefined || values === undefined) return damaged('expected a measurement’s values');
  if (opened.kind === 'unsealed') {
    const text = canonicalJson([specification, values]);
    if (sha256(new TextEncoder().encode(text)) !== stated) {
      return damaged('the SHA-256 of its content is not the one that it states');
    }
  }
  const named = measurementId(specification);
  if (named !== id) return damaged(`it is measurement ${named}`);
  return { kind: 'whole', content: { specification, values } };
}
