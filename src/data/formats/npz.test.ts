import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { dataBytes, expectedData } from '../../../test/fixtures/data-files.js';
import { decodeNpy } from './npy.js';
import { decodeNpz, encodeNpz, openNpz } from './npz.js';

/** An .npy file with a header as given. */
function npy(header: string, values: Uint8Array = new Uint8Array(6)): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    text.length & 255,
    text.length >> 8,
    ...text,
    ...values,
  ]);
}

describe('arrays of every type, order of bytes and order of indices', () => {
  const arrays = decodeNpz(dataBytes('types.npz'), 'types.npz');

  it('are all in the file', () => {
    expect([...arrays.keys()]).toEqual(Object.keys(expectedData.types));
    expect(arrays.size).toBe(48);
  });

  it.each(Object.keys(expectedData.types))('%s is read as NumPy reads it', (name) => {
    const { shape, values } = expectedData.types[name];
    const found = arrays.get(name);
    expect(found?.shape).toEqual(shape);
    expect([...(found?.values ?? [])]).toEqual(values);
  });
});

describe('headers of .npy files', () => {
  it.each([
    `{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }`,
    `{"shape":(2,3),"fortran_order":False,"descr":"|u1"}`,
    `{'descr': 'u1', 'fortran_order': False, 'shape': (2L, 3L)}`,
  ])('%s is read', (header) => {
    expect(decodeNpy(npy(header, Uint8Array.of(1, 2, 3, 4, 5, 6)), 'a')).toMatchObject({
      shape: [2, 3],
      values: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
  });

  it('with Fortran order is read by columns, however that is spaced', () => {
    const bytes = npy(`{'descr':'|u1','fortran_order':True,'shape':(2,3)}`, Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect([...decodeNpy(bytes, 'a').values]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  it.each([
    [
      `{'descr': '|u1', 'fortran_order': 1, 'shape': (2, 3)}`,
      /mine: expected a header such as .*'fortran_order': False.*found/,
    ],
    [`{'descr': '|u1', 'fortran_order': false, 'shape': (2, 3)}`, /expected a header such as/],
    [`{'descr': '|u1', 'shape': (2, 3)}`, /expected a header such as/],
    [`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3)}`, /expected a header such as/],
    [
      `{'descr': '|u1', 'fortran_order': False, 'shape': (-2, -3)}`,
      /expected a shape of whole numbers; found \(-2, -3\)/,
    ],
    [
      `{'descr': '|u1', 'fortran_order': False, 'shape': (1.5, 4)}`,
      /expected a shape of whole numbers; found \(1.5, 4\)/,
    ],
    [
      `{'descr': '|u1', 'fortran_order': False, 'shape': (two, 3)}`,
      /expected a shape of whole numbers; found \(two, 3\)/,
    ],
    [
      `{'descr': '<u8', 'fortran_order': False, 'shape': (99999999999, 99999999999)}`,
      /expected a shape of whole numbers/,
    ],
    [`{'descr': '|O', 'fortran_order': False, 'shape': (2, 3)}`, /mine: expected numbers.*found Python objects/],
    [`{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3)}`, /expected numbers.*found type <c8/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (02, 3)}`, /found \(02, 3\)/],
    [`{'descr': '|u1',\v'fortran_order': False, 'shape': (2, 3)}`, /expected a header such as/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (nan,), 'shape': (6,)}`, /expected a header such as/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), '__proto__': True}`, /expected a header such as/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (,)}`, /found \(,\)/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (6)}`, /found \(6\)/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (2,, 3)}`, /found \(2,, 3\)/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (, 6)}`, /found \(, 6\)/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (6e0,)}`, /found \(6e0,\)/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), 'other': True}`, /expected a header such as/],
    [`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4)}`, /says 8 bytes of values, found 6/],
  ])('%s is refused', (header, message) => {
    expect(() => decodeNpy(npy(header), 'mine')).toThrow(message);
  });

  it('that are cut off are refused', () => {
    const bytes = npy(`{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}`);
    expect(() => decodeNpy(bytes.subarray(0, 30), 'mine')).toThrow(
      /mine: expected a header of .npy version 1, 2 or 3, whole/,
    );
  });
});

describe('.npz archives', () => {
  const values = Uint8Array.from({ length: 5000 }, (_, i) => i * i);
  const archive = encodeNpz(new Map([['a', { shape: [5000], values }]]));

  it.each([false, true])('with a flipped bit are refused, stored %s', (stored) => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (5000,)}`;
    const bytes = stored ? zipSync({ 'a.npy': npy(header, values) }, { level: 0 }) : archive;
    const at = Math.floor(bytes.length / 3);
    expect([...(openNpz(bytes, 'b').read('a').values ?? [])]).toEqual([...values]);
    expect(() => openNpz(bytes.with(at, bytes[at] ^ 16), 'mine.npz').read('a')).toThrow(
      /mine\.npz: a(\.npy)? does not unpack as its archive says/,
    );
  });

  it('that are cut off, or another file, are refused', () => {
    expect(() => openNpz(archive.subarray(0, archive.length - 30), 'mine.npz')).toThrow(
      /mine\.npz: expected an \.npz archive/,
    );
    expect(() => openNpz(gzipSync(values), 'mine.npz')).toThrow(/mine\.npz: expected an \.npz archive/);
    const view = new DataView(archive.slice().buffer);
    view.setUint32(archive.length - 6, 3_000_000, true);
    expect(() => openNpz(new Uint8Array(view.buffer), 'mine.npz')).toThrow(/directory points outside the file/);
  });

  it('with a damaged name, or a directory that is cut short, are refused', () => {
    const two = encodeNpz(new Map(['x_val', 'y_val'].map((name) => [name, { shape: [5000], values }])));
    const name = Buffer.from(two).lastIndexOf('x_val');
    expect(() => openNpz(two.with(name, 'X'.charCodeAt(0)), 'mine.npz')).toThrow(
      /mine\.npz: its directory lists X_val\.npy where x_val\.npy lies; it is damaged/,
    );
    const fewer = two.with(two.length - 12, 1);
    expect(() => openNpz(fewer, 'mine.npz')).toThrow(/its directory says that it holds 1 files, and does not end/);
  });

  it('whose array is not as long as its header says are refused before they are unpacked', () => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (10,)}`;
    const bytes = zipSync({ 'a.npy': npy(header, new Uint8Array(50_000_000)) }, { level: 9 });
    expect(() => openNpz(bytes, 'mine.npz').read('a')).toThrow(
      /mine\.npz: a: its header says 10 bytes of values, the archive 50000000/,
    );
  });

  it('that promise more than they can hold are refused', () => {
    const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (2000000000,)}`;
    const file = npy(header, new Uint8Array(1000));
    const bytes = zipSync({ 'a.npy': file }, { level: 9 });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 2_000_000_000 + file.length - 1000, true);
    expect(() => openNpz(bytes, 'mine.npz').read('a')).toThrow(
      /promises 2000000\d+ bytes, which \d+ compressed bytes cannot hold/,
    );
  });
});
