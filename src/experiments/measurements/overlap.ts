import { livingParts, overlapWithinParts, tensorOverlap } from '../../analysis/overlap/index.js';
import type { LayerOverlap, OverlapValues } from '../../analysis/overlap/values.js';
import { prunableParameters } from '../../networks/network.js';
import { masksOf } from './masks-of.js';
import type { MeasurementKind, MeasurementSpecification } from './measurement.js';

/** How much the masks of two cells overlap, layer by layer, as they lie. */
export interface OverlapSpecification extends MeasurementSpecification {
  readonly kind: 'overlap';
  readonly version: 1;
  /** Two of one network. */
  readonly cells: readonly [string, string];
}

export const overlap: MeasurementKind<OverlapSpecification, OverlapValues> = {
  measure({ cells }, source) {
    const { network, masks } = masksOf(cells.map((id) => source.cell(id)));
    return {
      layers: prunableParameters(network).map(({ name, layer, shape }): LayerOverlap => {
        const [first, second] = masks.map((mask) => mask.get(name) as Uint8Array);
        const { rows, columns, ...counts } = tensorOverlap(shape, first, second);
        return {
          layer,
          ...counts,
          neurons: rows,
          withinNeurons: overlapWithinParts(rows),
          withinInputs: overlapWithinParts(columns),
          livingNeurons: livingParts(rows),
          livingInputs: livingParts(columns),
        };
      }),
    };
  },
};
