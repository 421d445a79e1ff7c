import { InputError, SettingError } from '../networks/errors.js';
import { type Network, type Parameter, prunableParameters } from '../networks/network.js';

/** Kinds of layers that may have a rate of their own. */
export const layerKinds = ['convolution', 'linear', 'output', 'downsampling'] as const;
export type LayerKind = (typeof layerKinds)[number];

/** How much a round prunes. `rate` is the share of the remaining weights that is pruned, never the share that is kept. */
export interface PruningRates {
  /** `layer`: every layer loses its own share; `global`: one share over all layers but the output. */
  readonly scope: 'layer' | 'global';
  readonly rate: number;
  /** Of the output layer, for scope `layer`. A global scope neither prunes nor counts that layer. */
  readonly outputRate: number;
  /**
   * Rates by kind, which override the two above. In a global scope a kind at 0 is neither pruned nor counted, and one at
   * `rate` is ranked with the others: `output` too, if it is named here.
   */
  readonly rates?: Readonly<Partial<Record<LayerKind, number>>> | undefined;
  /** Rates by a layer's name, which override all others; likewise. */
  readonly layers?: Readonly<Record<string, number>> | undefined;
}

/** The rates, whatever the scope. */
type AnyRates = Omit<PruningRates, 'scope'> & { readonly scope: string };

/** What survivors are distributed over: a weight tensor, or the elements of a structure in it. */
export interface Sized {
  readonly name: string;
  readonly size: number;
}

/** That, and the share that it would lose in a round, 0 where it is not pruned. */
export interface Rated<T extends Sized = Parameter> {
  readonly parameter: T;
  readonly rate: number;
}

/** Those that are ranked together, and the share that they lose in a round. */
export interface PruningGroup<T extends Sized = Parameter> {
  readonly parameters: readonly T[];
  /** Weights, or elements, in all. */
  readonly size: number;
  readonly rate: number;
}

/** The most specific kind of a layer: the output layer and shortcut convolutions come before the others. */
export function kindOf({ output, downsampling, kind }: Parameter): LayerKind {
  if (output) return 'output';
  if (downsampling) return 'downsampling';
  return kind === 'convolution' ? 'convolution' : 'linear';
}

/** A tensor's share of weights to lose in a round: its layer's, else its kind's, else the general one. */
function rateOf(parameter: Parameter, { scope, rate, outputRate, rates = {}, layers = {} }: AnyRates): number {
  if (Object.hasOwn(layers, parameter.layer)) return layers[parameter.layer];
  switch (kindOf(parameter)) {
    case 'output':
      return rates.output ?? (scope === 'global' ? 0 : scope === 'layer' ? outputRate : rate);
    case 'downsampling':
      return rates.downsampling ?? rates.convolution ?? rate;
    case 'convolution':
      return rates.convolution ?? rate;
    case 'linear':
      return rates.linear ?? rate;
  }
}

/**
 * The groups of a network's weight tensors. Tensors that lose nothing are in no group, so that the share of a group does not
 * count them.
 *
 * @throws InputError when a named layer does not exist, or a global scope is given a second rate
 */
export function pruningGroups(network: Network, rates: PruningRates): PruningGroup[] {
  return groupsOf(ratesOf(network, rates), rates, (parameter) => `${parameter.layer} (${kindOf(parameter)})`);
}

/**
 * The same of whatever is counted.
 *
 * @param called what to call one of them in an error
 * @throws InputError when a global scope is given a second rate
 */
export function groupsOf<T extends Sized>(
  rated: readonly Rated<T>[],
  { scope, rate }: Pick<PruningRates, 'scope' | 'rate'>,
  called: (parameter: T) => string,
): PruningGroup<T>[] {
  const chosen = rated.filter((one) => one.rate > 0);
  if (scope === 'layer')
    return chosen.map((one) => ({ parameters: [one.parameter], size: one.parameter.size, rate: one.rate }));
  const other = chosen.find((one) => one.rate !== rate);
  if (other !== undefined) {
    throw new InputError(
      `${called(other.parameter)} has rate ${other.rate} in a global scope, which has one rate, ${rate}; expected that, or 0 to exclude the layer.`,
    );
  }
  if (chosen.length === 0) return [];
  const together = chosen.map(({ parameter }) => parameter);
  return [{ parameters: together, size: together.reduce((sum, { size }) => sum + size, 0), rate }];
}

/**
 * Every weight tensor with the share that it would lose in a round, 0 where it is not pruned.
 *
 * @throws InputError when a named layer does not exist
 */
export function ratesOf(network: Network, rates: AnyRates): Rated[] {
  const parameters = prunableParameters(network);
  const names = parameters.map(({ layer }) => layer);
  for (const [layer, value] of Object.entries(rates.layers ?? {})) {
    if (!names.includes(layer)) {
      throw new SettingError({
        setting: ['layers', layer],
        value,
        because: `${network.name} has no layer with weights of that name`,
        expected: `one of ${names.join(', ')}`,
      });
    }
  }
  return parameters.map((parameter) => ({ parameter, rate: rateOf(parameter, rates) }));
}
