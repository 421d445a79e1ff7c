import { agreement } from './agreement.js';
import { information } from './information.js';
import { line } from './line.js';
import { matching } from './matching.js';
import type { MeasurementKind, MeasurementSpecification } from './measurement.js';
import { overlap } from './overlap.js';
import { properties } from './properties.js';

// With all that they compute with: `makeMeasurement` loads it when the first measurement is asked for.

/** Kinds of measurements by name: one entry each. */
// biome-ignore lint/suspicious/noExplicitAny: each kind takes its own specification, which its key in the table decides.
export const measurementKinds: Readonly<Record<string, MeasurementKind<any, unknown>>> = {
  agreement,
  information,
  line,
  matching,
  overlap,
  properties,
};

/** The kind of a specification. @throws RangeError when there is none */
export function measurementKindOf({
  kind,
}: MeasurementSpecification): MeasurementKind<MeasurementSpecification, unknown> {
  const found = measurementKinds[kind];
  if (found === undefined)
    throw new RangeError(
      `unknown kind of measurement ${kind}; expected one of ${Object.keys(measurementKinds).join(', ')}.`,
    );
  return found;
}
