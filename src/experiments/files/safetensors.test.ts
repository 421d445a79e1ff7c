import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, safetensorsMetadata } from './safetensors.js';

/** A file of this header and so many bytes of content. */
function file(header: unknown, content: number): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array(Buffer.concat([size, text, new Uint8Array(content)]));
}

const floats = (shape: unknown, place: unknown) => ({ dtype: 'F32', shape, data_offsets: place });

describe('safetensors', () => {
  it('are read as they were written', () => {
    const tensors = new Map([
      ['a', { shape: [2], values: Float32Array.of(1, -2) }],
      ['m', { shape: [3], values: Uint8Array.of(1, 0, 1) }],
    ]);
    const bytes = encodeSafetensors(tensors, { what: 'a text' });
    expect(decodeSafetensors(bytes, 'w')).toEqual(tensors);
    expect(safetensorsMetadata(bytes, 'w')).toEqual({ what: 'a text' });
  });

  it.each([
    ['a header that is a list', file([], 0), 'its header is []'],
    ['no header', file(null, 0), 'its header is null'],
    ['metadata that is nothing', file({ __metadata__: null }, 0), 'its metadata is null; expected texts'],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }, 0), 'its metadata is {"a":1}; expected texts'],
    ['a tensor that is nothing', file({ a: null }, 0), 'tensor the text "a" is null'],
    ['negative sides', file({ a: floats([-2, -1], [0, 8]) }, 8), 'tensor the text "a" is {"dtype"'],
    ['half a side', file({ a: floats([0.5, 4], [0, 8]) }, 8), 'tensor the text "a" is {"dtype"'],
    ['sides that are texts', file({ a: floats(['2'], [0, 8]) }, 8), 'tensor the text "a" is {"dtype"'],
    ['places that are texts', file({ a: floats([2], ['0', '8']) }, 8), 'tensor the text "a" is {"dtype"'],
    ['another size', file({ a: floats([3], [0, 8]) }, 8), 'shape [3], bytes 0 to 8'],
    [
      'a type of another name',
      file({ a: { ...floats([2], [0, 8]), dtype: 'toString' } }, 8),
      'of type the text "toString"',
    ],
    ['bytes after the last', file({ a: floats([2], [0, 8]) }, 9), 'its tensors take 8 bytes, found 9'],
    ['too few bytes', file({ a: floats([2], [0, 8]) }, 7), 'its tensors take 8 bytes, found 7'],
    [
      'a hole',
      file({ a: floats([1], [0, 4]), b: floats([1], [8, 12]) }, 12),
      'tensor the text "b" begins at byte 8; expected 4',
    ],
    ['two in one place', file({ a: floats([1], [0, 4]), b: floats([1], [0, 4]) }, 4), 'begins at byte 0; expected 4'],
  ])('with %s are refused', (_what, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'w.safetensors')).toThrow(
      'w.safetensors: invalid or truncated safetensors file: ',
    );
    expect(() => decodeSafetensors(bytes, 'w.safetensors')).toThrow(message);
  });
});
