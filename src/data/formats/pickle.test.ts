import { describe, expect, it } from 'vitest';
import { dataBytes } from '../../../test/fixtures/data-files.js';
import { decodePickledCifar } from './cifar.js';
import { type Pickled, type PickledArray, readPickle } from './pickle.js';

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const read = (text: string) => readPickle(bytesOf(text), 'some.pkl');

/** Pixel j of the image with a number, as test/fixtures/data/make.py makes them. */
const image = (number: number) => Array.from({ length: 3072 }, (_, j) => (j * 7 + number * 31) % 251);

describe('pickles', () => {
  it('of Python 2 are read: strings are bytes, keys are text', () => {
    const content = readPickle(dataBytes('cifar-10-batches-py/data_batch_2'), 'a') as Map<string, Pickled>;
    expect([...content.keys()]).toEqual(['batch_label', 'labels', 'data', 'filenames']);
    expect(content.get('batch_label')).toEqual(bytesOf('data_batch_2'));
    expect(content.get('labels')).toEqual([4]);
    const array = (content.get('data') as PickledArray).read();
    expect(array?.shape).toEqual([1, 3072]);
    expect([...(array?.values ?? [])]).toEqual(image(1));
  });

  it.each([
    ['train', 2],
    ['test', 5],
  ])('of Python 3 are read: %s, protocol %i', (name, number) => {
    const file = { path: 'a', bytes: dataBytes(`cifar-100-python/${name}`) };
    const { images, labels } = decodePickledCifar([file], 'fine_labels', 100);
    expect([...labels]).toEqual([99, 0]);
    expect([...images]).toEqual([...image(number), ...image(number + 1)]);
  });

  it('of plain values are read', () => {
    // pickle.dumps({'a': [1, -2, 300, 2**40, 1.5, None, True, False, 'é', (1, 2, 3, 4)]}, 2)
    const text =
      '\x80\x02}q\x00X\x01\x00\x00\x00aq\x01]q\x02(K\x01J\xfe\xff\xff\xffM,\x01\x8a\x06\x00\x00\x00\x00\x00\x01G?\xf8\x00\x00\x00\x00\x00\x00N\x88\x89X\x02\x00\x00\x00\xc3\xa9q\x03(K\x01K\x02K\x03K\x04tq\x04es.';
    const list = [1, -2, 300, 2 ** 40, 1.5, null, true, false, 'é', [1, 2, 3, 4]];
    expect(read(text)).toEqual(new Map([['a', list]]));
  });

  it.each([
    [
      'cos\nsystem\nX\x02\x00\x00\x00ls\x85R.',
      /some\.pkl: expected a pickle of plain values.*found os\.system at byte/,
    ],
    ['cbuiltins\neval\nX\x01\x00\x00\x001\x85R.', /found builtins\.eval/],
    ['\x8c\x05posix\x8c\x06system\x93.', /found posix\.system/],
    ['(K\x01K\x02i__main__\nA\n.', /found operation 0x69/],
    ['K\x01K\x02\x85R.', /found a call of something that is no function/],
    ['h\x07.', /found nothing at place 7/],
    ['t.', /found a mark missing/],
    ['a.', /found a value missing/],
    ['K\x01K\x02a.', /found something else where a list belongs/],
  ])('that do other things are refused: %j', (text, message) => {
    expect(() => read(`\x80\x02${text}`)).toThrow(message);
  });

  it('of objects are refused by name', () => {
    // pickle.dumps(numpy.array([None]), 2)
    const text =
      '\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01K\x01\x85cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb\x89]Natb.';
    expect(() => read(text)).toThrow(/some\.pkl: expected numbers.*found Python objects/);
  });

  it('of a later protocol, or with a frame that is longer than the file, are refused', () => {
    expect(() => read('\x80\x06N.')).toThrow(/some\.pkl: .*found protocol 6 at byte 2/);
    expect(() => read('\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00N.')).toThrow(/ends too soon/);
    expect(read('\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00N.')).toBeNull();
  });

  it('with text that is not what it should be are refused', () => {
    expect(() => read('\x80\x02X\x02\x00\x00\x00a\xff.')).toThrow(/found a text that is not UTF-8/);
    const encoded = (text: string) => `\x80\x02c_codecs\nencode\nX\x02\x00\x00\x00${text}X\x06\x00\x00\x00latin1\x86R.`;
    expect(read(encoded('\xc3\xbf'))).toEqual(Uint8Array.of(255));
    expect(() => read(encoded('\xc4\x80'))).toThrow(/found a letter that is no byte/);
  });

  it('with a type of another version, of named fields, or of pointers, are refused', () => {
    const type = (state: string) => `\x80\x02cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(${state}tb.`;
    expect(() => read(type('K\x03U\x01|NNNK\x01K\x01K\x00'))).not.toThrow();
    const others = ['K\x07U\x01|NNNK\x01K\x01K\x00', 'K\x03U\x01|N]NK\x01K\x01K\x00', 'K\x03U\x01|NNNK\x01K\x01K\x33'];
    for (const state of others) {
      expect(() => read(type(state))).toThrow(/found a type that is not one of numbers/);
    }
  });

  it('with something else where a text belongs are refused', () => {
    for (const text of ['\x80\x02})\x93.', '\x80\x02}])s.', '\x80\x02cnumpy\ndtype\n)\x85R.']) {
      expect(() => read(text)).toThrow(/some\.pkl: .*found something else where a text belongs/);
    }
  });

  it('that are cut off are refused, wherever that is', () => {
    const whole = dataBytes('cifar-100-python/test');
    for (const length of [1, 2, 40, 3000, whole.length - 1]) {
      expect(() => readPickle(whole.subarray(0, length), 'some.pkl')).toThrow(
        /some\.pkl: expected a pickle; it ends too soon/,
      );
    }
    expect(() => read('(lp0\n.')).toThrow(/no protocol of 2 or above.*protocol=2/);
  });

  it('that promise more than they have, or ask for the same again and again, are refused without taking memory', () => {
    expect(() => read('\x80\x04\x8e\xff\xff\xff\xff\x0f\x00\x00\x00.')).toThrow(/ends too soon/);
    const long = `X\x00\x10\x00\x00${'a'.repeat(4096)}q\x00`;
    const again = 'c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R'.repeat(200);
    expect(() => read(`\x80\x02${long}${again}.`)).toThrow(/found the same text, again and again/);
    // Lists of the same list: as large as the file, however deep.
    const nested = read(`\x80\x02]q\x00${']q\x01(h\x00h\x00eq\x00'.repeat(1000)}.`) as Pickled[];
    expect(nested).toHaveLength(2);
  });
});

describe('CIFAR for Python', () => {
  it('with other content is refused, naming the file', () => {
    const decode = (text: string) => decodePickledCifar([{ path: 'data_batch_1', bytes: bytesOf(text) }], 'labels', 10);
    expect(() => decode('\x80\x02]q\x00.')).toThrow(
      /data_batch_1: expected a dictionary with data.*found no dictionary/,
    );
    expect(() => decode('\x80\x02}q\x00X\x01\x00\x00\x00aK\x01s.')).toThrow(/expected a dictionary with data.*found a/);
  });

  it('with a label beyond the classes is refused', () => {
    const bytes = dataBytes('cifar-100-python/train');
    expect(() => decodePickledCifar([{ path: 'train', bytes }], 'fine_labels', 99)).toThrow(
      /train: expected fine_labels from 0 to 98; number 0 is 99/,
    );
  });
});
