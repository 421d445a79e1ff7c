import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { loadDataset } from '../../src/node/data/index.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';
import { idxFile, readIdx } from './idx.js';

const roles = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'] as const;

/** What a compressed file becomes, unless it is not whole. */
function unpacked(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: 1 << 22 });
  } catch {
    return undefined;
  }
}

/** A folder of MNIST, of which one file is changed: before it is compressed, or after. */
export const openGzip: OpenDoor = ({ folder }) => {
  const place = join(folder, 'gzip', 'mnist');
  mkdirSync(place, { recursive: true });
  const valid = [idxFile([3, 4, 5]), idxFile([3], 2, 10), idxFile([2, 4, 5], 9), idxFile([2], 1, 10)];
  const attempts = fc
    .record({
      which: fc.nat(3),
      within: fc.boolean(),
      level: fc.constantFrom(0, 9),
      // What compresses a thousandfold.
      zeros: fc.constantFrom(0, 0, 0, 0, 100_000, 3_000_000),
      changes: mutations,
    })
    .map(({ which, within, level, zeros, changes }): Attempt => {
      const packed = valid.map((bytes) => gzipSync(bytes, { level: 9 }));
      const inner = within ? mutated(valid[which], changes) : valid[which];
      const whole = gzipSync(Buffer.concat([inner, new Uint8Array(zeros)]), { level: zeros > 0 ? 9 : level });
      packed[which] = within ? whole : Buffer.from(mutated(whole, changes));
      const names = roles.map((role) => `${role}-ubyte.gz`);
      return {
        files: new Map(names.map((file, i) => [file, packed[i]])),
        run: async () => {
          for (const [i, file] of names.entries()) writeFileSync(join(place, file), packed[i]);
          const found = await admitted(
            () => loadDataset({ name: 'mnist' }, { dataFolder: join(folder, 'gzip'), download: false }),
            'mnist',
          );
          if (found === undefined) return 'refused';
          const { train, test } = found.value;
          const content = unpacked(packed[which]);
          const expected = content && readIdx(content);
          if (expected === undefined) throw new Fault(`${names[which]} was read, and does not unpack to an IDX file`);
          const parts = valid.map((bytes, i) => (i === which ? expected : readIdx(bytes))?.values);
          mustEqual([train.images, train.labels, test.images, test.labels], parts, 'the data');
          return 'accepted';
        },
      };
    });
  return { name: 'gzip', what: 'compressed files of MNIST in a folder', attempts };
};
