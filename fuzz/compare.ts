import { createHash } from 'node:crypto';
import type { NumberArray } from '../src/data/formats/numbers.js';
import { Fault } from './door.js';
import type { ReferenceReading } from './reference.js';

/** An array as the reference describes it: all values as doubles, one NaN for all. */
export function described({ shape, values }: Pick<NumberArray, 'shape'> & { readonly values: ArrayLike<number> }) {
  const doubles = Float64Array.from(values);
  // One pattern of bits for every NaN, NumPy's own.
  const words = new BigUint64Array(doubles.buffer);
  for (let i = 0; i < doubles.length; i++) if (Number.isNaN(doubles[i])) words[i] = 0x7ff8000000000000n;
  return { shape: [...shape], digest: createHash('sha256').update(new Uint8Array(doubles.buffer)).digest('hex') };
}

/**
 * Compares arrays that were read here with what the reference reads.
 *
 * @throws Fault when it refuses the file, or reads other values
 */
export function mustBeRead(
  found: ReadonlyMap<string, Pick<NumberArray, 'shape'> & { readonly values: ArrayLike<number> }>,
  reading: ReferenceReading,
): void {
  if ('beyond' in reading) return;
  // In a pickle a side may be written as 2.0, which is 2 here, as all numbers are.
  if ('refused' in reading && /'float' object cannot be interpreted as an integer/.test(reading.refused)) return;
  if ('refused' in reading) throw new Fault(`read, and NumPy refuses it: ${reading.refused}`);
  for (const [name, array] of found) {
    const [own, other] = [described(array), reading.arrays[name]];
    if (other === undefined) throw new Fault(`array ${name} was read, and NumPy reads none`);
    if (own.digest !== other.digest || own.shape.join() !== other.shape.join()) {
      throw new Fault(
        `array ${name} was read as (${own.shape}) with other values than NumPy reads, which has (${other.shape})`,
      );
    }
  }
}
