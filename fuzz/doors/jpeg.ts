import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readPicture } from '../../src/node/data/pictures.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { mutated, mutations } from '../mutations.js';
import { fixture } from '../places.js';

const name = 'an-image.jpg';
const files = ['420.jpg', '422-progressive.jpg', '444.jpg', 'grey.jpeg', 'cmyk.jpg'];

/** Sides by the frame that the file has, as another reader finds them: the first marker of a frame among its segments. */
function sidesOf(bytes: Uint8Array): [number, number] | undefined {
  const buffer = Buffer.from(bytes);
  let at = 2;
  while (at + 9 < buffer.length) {
    while (buffer[at] === 0xff && buffer[at + 1] === 0xff) at++;
    const marker = buffer[at + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [buffer.readUInt16BE(at + 7), buffer.readUInt16BE(at + 5)];
    }
    at += 2 + buffer.readUInt16BE(at + 2);
  }
  return undefined;
}

/** JPEG images have no checksum: one that is read has the size that it says, and after any, a whole one is read as ever. */
export const openJpeg: OpenDoor = async ({ folder }) => {
  const path = join(folder, name);
  const whole = join(folder, 'whole.jpg');
  writeFileSync(whole, fixture('444.jpg'));
  const { values: expected } = await readPicture(whole);
  const bases = files.map(fixture);
  const attempts = fc
    .record({ which: fc.nat(files.length - 1), changes: mutations })
    .map(({ which, changes }): Attempt => {
      const bytes = mutated(bases[which], changes);
      return {
        files: new Map([[name, bytes]]),
        run: async () => {
          writeFileSync(path, bytes);
          const found = await admitted(() => readPicture(path), path);
          if (found === undefined) return 'refused';
          const { values, channels, height, width } = found.value;
          if (values.length !== channels * height * width)
            throw new Fault('values that are not as many as its sides say');
          mustEqual([width, height], sidesOf(bytes), 'its sides');
          mustEqual((await readPicture(whole)).values, expected, 'a whole image after it');
          return 'accepted';
        },
      };
    });
  return { name: 'jpeg', what: 'JPEG images', attempts };
};
