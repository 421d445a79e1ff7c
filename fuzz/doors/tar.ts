import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { loadDataset } from '../../src/node/data/index.js';
import { tar } from '../../src/node/data/tar.fixture.js';
import { type Attempt, admitted, Fault, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';

const names = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin');
const record = (label: number) =>
  Uint8Array.from({ length: 3073 }, (_, i) => (i === 0 ? label : (i * 7 + label) & 255));

/** CIFAR-10 in the binary form, as files and as an archive: neither has a checksum within. */
export const openTar: OpenDoor = ({ folder }) => {
  const place = join(folder, 'tar', 'cifar-10');
  const attempts = fc
    .record({
      archived: fc.boolean(),
      which: fc.nat(5),
      changes: mutations,
      zone: fc.constantFrom('header', 'all', 'packed'),
      inner: fc.option(mutations, { nil: undefined }),
    })
    .map(({ archived, which, changes, zone, inner }): Attempt => {
      const contents: Uint8Array[] = names.map((_, i) => record(i));
      if (!archived || inner !== undefined) contents[which] = mutated(contents[which], inner ?? changes);
      const files = new Map<string, Uint8Array>();
      if (archived) {
        const inside = names.map((name, i): [string, Uint8Array] => [`cifar-10-batches-bin/${name}`, contents[i]]);
        let whole: Uint8Array = new Uint8Array(tar(new Map(inside)));
        if (zone === 'all') whole = mutated(whole, changes);
        if (zone === 'header') {
          // The header of one file: its bytes change, and its checksum fits.
          const at = names
            .slice(0, which)
            .reduce((sum, _, i) => sum + 512 + Math.ceil(contents[i].length / 512) * 512, 0);
          const head = mutated(whole.subarray(at, at + 512), changes).slice(0, 512);
          whole.set(head, at);
          whole.fill(32, at + 148, at + 156);
          const sum = whole.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
          whole.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), at + 148);
        }
        const packed = gzipSync(whole, { level: 1 });
        files.set('cifar-10-binary.tar.gz', zone === 'packed' ? mutated(packed, changes) : packed);
      } else for (const [i, name] of names.entries()) files.set(name, contents[i]);
      return {
        files,
        run: async () => {
          rmSync(place, { recursive: true, force: true });
          mkdirSync(place, { recursive: true });
          for (const [name, bytes] of files) writeFileSync(join(place, name), bytes);
          const found = await admitted(
            () => loadDataset({ name: 'cifar-10' }, { dataFolder: join(folder, 'tar'), download: false }),
            'cifar-10',
          );
          if (found === undefined) return 'refused';
          for (const { images, labels, count } of [found.value.train, found.value.test]) {
            if (images.length !== count * 3072 || labels.length !== count)
              throw new Fault('images and labels do not fit together');
            if (labels.some((label) => label > 9)) throw new Fault('a label above 9 was read');
          }
          return 'accepted';
        },
      };
    });
  return { name: 'tar', what: 'CIFAR-10 in files and in an archive', attempts };
};
