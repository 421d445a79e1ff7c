import { agreementOf, coreOf, unionOf } from '../../analysis/overlap/index.js';
import type { AgreementValues } from '../../analysis/overlap/values.js';
import { type Mask, prunableParameters } from '../../networks/network.js';
import { inputDegree } from '../../tickets/index.js';
import { masksOf } from './masks-of.js';
import type { MeasurementKind, MeasurementSpecification } from './measurement.js';

/** What the masks of several cells of one network agree on: the core that all keep, the union of what any keeps, and between. */
export interface AgreementSpecification extends MeasurementSpecification {
  readonly kind: 'agreement';
  readonly version: 1;
}

export const agreement: MeasurementKind<AgreementSpecification, AgreementValues> = {
  measure({ cells }, source) {
    const { network, masks } = masksOf(cells.map((id) => source.cell(id)));
    const parameters = prunableParameters(network);
    const of = (name: string) => masks.map((mask) => mask.get(name) as Uint8Array);
    const degreesOf = (made: (bits: readonly Uint8Array[]) => Uint8Array) => {
      const mask: Mask = new Map(parameters.map(({ name }) => [name, made(of(name))]));
      return inputDegree(network, mask);
    };
    return {
      layers: parameters.map(({ name, layer }) => ({ layer, ...agreementOf(of(name)) })),
      core: degreesOf(coreOf),
      union: degreesOf(unionOf),
    };
  },
};
