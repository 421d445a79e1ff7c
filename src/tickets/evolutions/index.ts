import { SettingError } from '../../networks/errors.js';
import type { Network } from '../../networks/network.js';
import type { MaskEvolution } from '../../training/evolution.js';
import { type EarlyBirdSettings, earlyBird } from './early-bird.js';
import type { Evolution } from './evolution.js';
import { type GradualSettings, gradual } from './gradual.js';
import { type RiglSettings, rigl } from './rigl.js';
import { type SetSettings, set } from './set.js';

export { hasScaledChannels } from './channels.js';
export { gradualCount } from './gradual.js';
export { maskDistance, relativeDistance } from './mask-distance.js';
export type { EarlyBirdSettings, Evolution, GradualSettings, RiglSettings, SetSettings };

/** How a mask changes in training, as plain data, lengths in iterations. */
export type EvolutionSettings = GradualSettings | EarlyBirdSettings | SetSettings | RiglSettings;

export type EvolutionName = EvolutionSettings['kind'];

/** Every evolution by name: one line each. */
export const evolutions = {
  gradual,
  'early-bird': earlyBird,
  set,
  rigl,
} as const satisfies { readonly [Name in EvolutionName]: Evolution<Extract<EvolutionSettings, { kind: Name }>> };

export const evolutionNames = Object.keys(evolutions) as EvolutionName[];

/**
 * The evolution of one training's mask.
 *
 * @param seed of what is drawn
 * @throws InputError when the settings make no sense or do not fit the network
 */
export function evolutionOf(network: Network, settings: EvolutionSettings, seed: number): MaskEvolution {
  const { kind } = settings;
  if (!Object.hasOwn(evolutions, kind)) {
    throw new SettingError({ setting: ['kind'], value: kind, expected: `one of ${evolutionNames.join(', ')}` });
  }
  // The table's type holds that each takes the settings of its own name.
  const chosen = evolutions[kind] as Evolution<EvolutionSettings>;
  return chosen.of(settings, network, seed);
}
