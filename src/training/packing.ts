import type { Kernels } from '../kernels/kernels.js';
import type { Tensors } from '../networks/network.js';
import type { StoredTensor } from './storage.js';

/** From PyTorch's layout to stored values: survivors alone, pruned places +0 where they are stored and not frozen. */
export function packTensor({ positions, bits, count }: StoredTensor, values: Float32Array): Float32Array {
  if (positions) {
    const packed = new Float32Array(count);
    for (let k = 0; k < count; k++) packed[k] = values[positions[k]];
    return packed;
  }
  return bits ? values.map((value, i) => (bits[i] === 0 ? 0 : value)) : values.slice();
}

/** From stored values to PyTorch's layout; pruned places that are not stored are +0. */
export function unpackTensor(
  { parameter, positions }: Pick<StoredTensor, 'parameter' | 'positions'>,
  packed: Float32Array,
): Float32Array {
  if (!positions) return packed.slice();
  const values = new Float32Array(parameter.size);
  for (let k = 0; k < packed.length; k++) values[positions[k]] = packed[k];
  return values;
}

/**
 * Puts named tensors where they are stored.
 *
 * @param values in PyTorch's layout
 * @throws RangeError when one is missing or has another size, before anything is put anywhere
 */
export function placeTensors(kernels: Kernels, tensors: readonly StoredTensor[], values: Tensors): void {
  const packed = tensors.map((tensor) => {
    const { name, size } = tensor.parameter;
    const given = values.get(name);
    if (given?.length !== size) throw new RangeError(`${name} has ${given?.length ?? 'no'} values; expected ${size}.`);
    return packTensor(tensor, given);
  });
  tensors.forEach(({ value, count }, index) => {
    kernels.floats(value, count).set(packed[index]);
  });
}
