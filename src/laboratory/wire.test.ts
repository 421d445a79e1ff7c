import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromWire, toWire, wirePieces } from './wire.js';

const numbers = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 0));
const texts = fc.oneof(
  fc.string(),
  fc.string().map((text) => `~${text}`),
  fc.constantFrom('~NaN', '~~', '~-0'),
);
const data = fc.letrec((tie) => ({
  any: fc.oneof(numbers, texts, fc.boolean(), fc.constant(null), tie('list'), tie('record')),
  list: fc.array(tie('any'), { maxLength: 5 }),
  record: fc.dictionary(texts, tie('any'), { maxKeys: 5, noNullPrototype: true }),
})).any;

describe('data over a connection', () => {
  it('comes back as it was, whatever it is, on one line', () => {
    fc.assert(
      fc.property(data, (value) => {
        const text = toWire(value);
        expect(text).not.toMatch(/[\r\n]/);
        expect(fromWire(text)).toStrictEqual(value);
      }),
    );
  });

  it('is the same text in pieces', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect([...wirePieces(value)].join('')).toBe(toWire(value));
      }),
    );
    const gaps = { a: undefined, list: [undefined, 1], when: new Date(0) };
    expect([...wirePieces(gaps)].join('')).toBe(toWire(gaps));
  });

  it('is refused where it would not come back', () => {
    expect(() => toWire({ weights: new Float32Array(2) })).toThrow('weights is a Float32Array');
    expect(() => toWire({ a: new Map() })).toThrow('a is a Map');
    expect(() => toWire(undefined)).toThrow('undefined cannot be sent');
  });
});
