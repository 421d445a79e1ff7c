import type { Mask, Network } from '../../networks/network.js';
import { coverageOf } from './coverage.js';
import { degreesOf, type LayerDegrees } from './degrees.js';
import { pathsOf } from './paths.js';
import type { PropertyId } from './table.js';
import { type UnitCounts, unitsOf } from './units.js';

/** All that a mask alone tells. */
export interface MaskProperties {
  readonly values: Readonly<Partial<Record<PropertyId, number | null>>>;
  readonly degrees: readonly LayerDegrees[];
  readonly units: readonly UnitCounts[];
}

/** The mean of those that are defined; null where none is. */
function meanOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/**
 * The properties that a mask has before any value is put into its weights.
 *
 * @param variances of each input over some examples; see `inputVariances`
 */
export function maskProperties(network: Network, mask: Mask, variances: ArrayLike<number>): MaskProperties {
  const coverage = coverageOf(network, mask, variances);
  const degrees = degreesOf(network, mask);
  const paths = pathsOf(network, mask);
  const units = unitsOf(network, mask, paths);
  const hidden = units.reduce((sum, group) => sum + group.units, 0);
  const ofHidden = (count: number) => (hidden === 0 ? null : count / hidden);
  return {
    values: {
      'dead-inputs': coverage.deadInputs,
      'variance-read': coverage.varianceRead,
      'weights-on-varying': coverage.weightsOnVarying,
      'input-entropy': coverage.entropy,
      'dead-units': ofHidden(units.reduce((sum, group) => sum + group.units - group.live, 0)),
      'bottleneck-units': ofHidden(units.reduce((sum, group) => sum + group.bottlenecks, 0)),
      'narrowest-layer': hidden === 0 ? null : Math.min(...units.map(({ live }) => live)),
      paths: paths.logCount,
      'in-degree-gini': meanOf(degrees.map((layer) => layer.in.gini)),
      'out-degree-gini': meanOf(degrees.map((layer) => layer.out.gini)),
    },
    degrees,
    units,
  };
}
