import { type Doubles, type Mask, type Network, prunableParameters } from '../../networks/network.js';
import { eachSurvivor } from './survivors.js';

/** The gradient at the surviving weights of one layer. */
export interface LayerGradient {
  readonly layer: string;
  /** Euclidean length. */
  readonly norm: number;
  /** Root mean square over survivors; null where no weight survives. */
  readonly rms: number | null;
}

export interface TicketGradient {
  readonly layers: readonly LayerGradient[];
  /** Over all layers. */
  readonly norm: number;
  /** g . g: by how much the loss falls to first order, per unit of a step of gradient descent on surviving weights. */
  readonly decrease: number;
  /** log10 of the largest over the smallest root mean square of a layer; null where one is zero or has no weight. */
  readonly spread: number | null;
}

/** How large the gradient of a loss is at what survives, and how it flows through the layers. */
export function gradientOf(network: Network, mask: Mask, gradient: Doubles): TicketGradient {
  const layers = prunableParameters(network).map((parameter) => {
    const values = gradient.get(parameter.name) as Float64Array;
    let [kept, square] = [0, 0];
    eachSurvivor(parameter, mask, (_, __, place) => {
      kept++;
      square += values[place] * values[place];
    });
    return { layer: parameter.layer, square, rms: kept === 0 ? null : Math.sqrt(square / kept) };
  });
  const decrease = layers.reduce((sum, { square }) => sum + square, 0);
  const sizes = layers.map(({ rms }) => rms ?? 0);
  const smallest = Math.min(...sizes);
  return {
    layers: layers.map(({ layer, square, rms }) => ({ layer, norm: Math.sqrt(square), rms })),
    norm: Math.sqrt(decrease),
    decrease,
    spread: smallest > 0 ? Math.log10(Math.max(...sizes) / smallest) : null,
  };
}
