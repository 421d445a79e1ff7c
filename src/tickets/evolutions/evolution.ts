import type { Network } from '../../networks/network.js';
import type { MaskEvolution } from '../../training/evolution.js';

/** A rule by which masks change in training, with settings of its own. */
export interface Evolution<Settings> {
  /** What happens to the mask, for display. */
  readonly title: string;
  readonly source: string;
  /** Whether training begins dense and ends pruned; otherwise the mask it begins with has the density it ends with. */
  readonly begins: 'dense' | 'sparse';
  /**
   * For one training.
   *
   * @throws InputError when the settings make no sense or do not fit the network
   */
  readonly of: (settings: Settings, network: Network, seed: number) => MaskEvolution;
}
