import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodePickledCifar } from '../../src/data/formats/cifar.js';
import { mustBeRead } from '../compare.js';
import { type Attempt, admitted, Fault, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';
import { fixture } from '../places.js';

const name = 'data_batch_1';

/** Operations of pickles, so that some files are programs and not only damaged. */
const operations = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '(',
          'N',
          ']',
          ')',
          '}',
          '\x85',
          '\x86',
          '\x87',
          't',
          'R',
          'b',
          'a',
          'e',
          's',
          'u',
          '\x94',
          'h\x00',
          'q\x00',
          '0',
          '2',
        ],
        ...['K\x07', 'M\x00\x01', 'U\x02C2', 'X\x04\x00\x00\x00data', 'X\x06\x00\x00\x00labels', 'cnumpy\nndarray\n'],
        ...[
          'cnumpy\ndtype\n',
          'cnumpy.core.multiarray\n_reconstruct\n',
          'cos\nsystem\n',
          'c_codecs\nencode\n',
          '\x93',
          '.',
        ],
        ...[
          'U\x02u1',
          '\x8a\x00',
          '\x8a\xff',
          'T\xff\xff\xff\xff',
          '\x8e\xff\xff\xff\xff\xff\xff\xff\x7f',
          'G\x7f\xf8aaaaaa',
          '\x88',
        ],
      ),
      fc.string({ maxLength: 3, unit: 'binary' }),
    ),
    { maxLength: 40 },
  )
  .map((list) => new Uint8Array(Buffer.from(`\x80\x02${list.join('')}.`, 'latin1')));

/** Files of CIFAR for Python, decoded in memory; what is read is what Python and NumPy read, where they are there. */
export const openPickle: OpenDoor = ({ folder, reference }) => {
  const path = join(folder, 'pickle');
  const bases = [
    { bytes: fixture('cifar-10-batches-py/data_batch_1'), labels: 'labels', classes: 10 },
    { bytes: fixture('cifar-100-python/train'), labels: 'fine_labels', classes: 100 },
    { bytes: fixture('cifar-100-python/test'), labels: 'fine_labels', classes: 100 },
  ];
  const attempts = fc
    .record({
      which: fc.nat(2),
      changes: mutations,
      program: fc.option(fc.record({ content: operations, joined: fc.boolean() }), { nil: undefined, freq: 3 }),
    })
    .map(({ which, changes, program }): Attempt => {
      const { bytes, labels, classes } = bases[which];
      const end = bytes.length - 1;
      const hostile =
        program === undefined
          ? mutated(bytes, changes)
          : program.joined
            ? new Uint8Array(Buffer.concat([bytes.subarray(0, end), program.content.subarray(2)]))
            : program.content;
      return {
        files: new Map([[name, hostile]]),
        run: async () => {
          const found = await admitted(
            () => decodePickledCifar([{ path: name, bytes: hostile }], labels, classes),
            name,
          );
          if (found === undefined) return 'refused';
          const { images, labels: read, count } = found.value;
          if (images.length !== count * 3072 || read.length !== count || read.some((label) => label >= classes)) {
            throw new Fault(`${count} images of ${images.length} bytes and ${read.length} labels`);
          }
          if (reference !== undefined) {
            writeFileSync(path, hostile);
            const arrays = new Map([
              ['data', { shape: [count, 3072], values: images }],
              [labels, { shape: [count], values: read }],
            ]);
            mustBeRead(arrays, await reference.read('pickle', path));
          }
          return 'accepted';
        },
      };
    });
  return { name: 'pickle', what: 'files of CIFAR for Python', attempts };
};
