import { InputError, SettingError } from '../../networks/errors.js';
import { type Network, prunableParameters } from '../../networks/network.js';
import type { KeepGroup } from '../ladder.js';

/** @throws SettingError unless it is a whole number, no smaller than `least` */
export function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new SettingError({ setting: [name], value, expected: `a whole number from ${least} on` });
  }
}

/** @throws SettingError unless it is above 0 and at most 1 */
export function checkShare(name: string, value: number): void {
  if (!(value > 0 && value <= 1)) {
    throw new SettingError({ setting: [name], value, expected: 'a share above 0, at most 1' });
  }
}

/** @throws InputError when groups name tensors that cannot be pruned, or one twice, or keep more than there is */
export function checkGroups(network: Network, groups: readonly KeepGroup[]): void {
  const sizes = new Map(prunableParameters(network).map(({ name, size }) => [name, size]));
  for (const { tensors, keep } of groups) {
    let total = 0;
    for (const name of tensors) {
      const size = sizes.get(name);
      if (size === undefined) {
        throw new InputError(
          `groups name ${name} twice, or it is not a weight tensor of ${network.name}; expected each of ${prunableParameters(
            network,
          )
            .map((parameter) => parameter.name)
            .join(', ')} once at most.`,
        );
      }
      total += size;
      sizes.delete(name);
    }
    if (!Number.isInteger(keep) || keep < 0 || keep > total) {
      throw new InputError(
        `${tensors.join(', ')}: ${keep} weights are to survive; expected a whole number from 0 to ${total}.`,
      );
    }
  }
}
