import { InputError } from '../../networks/errors.js';
import { prunableParameters } from '../../networks/network.js';
import type { Initialiser } from './initialiser.js';
import { orthogonal } from './orthogonal.js';

/** Tolerance of the variance, and the largest number of divisions of a layer: the paper's. */
const TOLERANCE = 0.1;
const ATTEMPTS = 10;

/**
 * Layer-sequential unit variance: orthogonal weights; then, first layer to last, a layer's weights are divided by the standard
 * deviation of its output on some examples until its variance is 1, within the tolerance.
 */
export const lsuv: Initialiser = {
  title: 'orthogonal, then each layer divided by the standard deviation of its output on examples, first to last',
  source: 'Mishkin and Matas 2016, algorithm 1',
  draw: orthogonal.draw,
  adjust: ({ network, drawn, outputVariance }) => {
    const weights = new Map(drawn);
    for (const { name, layer } of prunableParameters(network)) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const variance = outputVariance(weights, layer);
        if (!(variance > 0 && variance < Number.POSITIVE_INFINITY)) {
          throw new InputError(
            `lsuv: the output of ${layer} has variance ${variance} on the examples; expected a positive number to divide by. Use another initialisation, which needs no examples.`,
          );
        }
        if (Math.abs(variance - 1) < TOLERANCE) break;
        const deviation = Math.sqrt(variance);
        weights.set(
          name,
          (weights.get(name) as Float32Array).map((value) => value / deviation),
        );
      }
    }
    return weights;
  },
};
