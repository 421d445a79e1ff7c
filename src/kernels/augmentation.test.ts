import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { philox4x32 } from '../random/philox.js';
import { stream } from '../random/stream.js';
import { type Kernels, loadKernels } from './index.js';
import { ProgramBuilder } from './program.js';
import { stateLayout } from './state.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

interface Draw {
  readonly down: number;
  readonly right: number;
  readonly mirror: boolean;
}

/** What one image of a batch goes through: the words of the block of the stream that its place in the batch numbers. */
function draw(seed: number, iteration: number, place: number, padding: number, flip: boolean): Draw {
  const { key, lane } = stream(seed, 'augment', iteration);
  const words = new Uint32Array(4);
  philox4x32(Uint32Array.of(place, 0, ...lane), key, words);
  const shift = (word: number) => Math.floor((word / 2 ** 32) * (2 * padding + 1)) - padding;
  return { down: shift(words[0]), right: shift(words[1]), mirror: flip && (words[2] & 1) === 1 };
}

/** The image in a frame of zeros, mirrored, and cut out again from where the draw says. */
function changed(
  image: Uint8Array | Float32Array,
  rows: number,
  columns: number,
  padding: number,
  { down, right, mirror }: Draw,
) {
  const wide = columns + 2 * padding;
  const framed = new Float32Array((rows + 2 * padding) * wide);
  for (let row = 0; row < rows; row++) {
    framed.set(image.subarray(row * columns, (row + 1) * columns), (row + padding) * wide + padding);
  }
  return Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    const column = at % columns;
    return framed[(row + padding + down) * wide + (mirror ? columns - 1 - column : column) + padding + right];
  });
}

it('crops and flips as a plain reading of the stream does, for any shape, border, batch and iteration', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 33 }),
      fc.integer({ min: 0, max: 4 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 2 }),
      fc.maxSafeNat(),
      fc.boolean(),
      (channels, rows, columns, live, padding, flip, iteration, border, seed, floats) => {
        kernels.clear();
        const size = channels * rows * columns;
        const bytes = Uint8Array.from({ length: live * size }, (_, i) => 1 + ((i * 97) % 255));
        const images = floats ? Float32Array.from(bytes, (value) => value / 512) : bytes;
        const order = Int32Array.from({ length: live }, (_, i) => live - 1 - i);
        const blocks = Math.ceil(live / 16);
        const wide = (columns + 2 * border) * 16;
        const plane = (rows + 2 * border) * wide;
        const y = kernels.allocate(blocks * channels * plane * 4);
        const state = kernels.allocate(stateLayout.bytes);
        kernels.integers(state + stateLayout.iteration, 1)[0] = iteration;
        kernels.integers(state + stateLayout.live, 1)[0] = live;
        const { key, lane } = stream(seed, 'augment');
        new ProgramBuilder()
          .add(
            'gather_maps',
            {
              state,
              images: kernels.place(images),
              indices: kernels.place(order),
              scale: kernels.place(new Float32Array(channels).fill(0.5)),
              shift: kernels.place(Float32Array.from({ length: channels }, (_, c) => c - 1)),
              y: y + (border * wide + border * 16) * 4,
              blocks,
              channels,
              rows,
              columns,
              y_row: wide * 4,
              y_channel: plane * 4,
              y_block: channels * plane * 4,
              padding,
              flip: flip ? 1 : 0,
              key0: key[0],
              key1: key[1],
              lane0: lane[0],
              floats: floats ? 1 : 0,
            },
            { shape: '', flops: 0, bytes: 0 },
          )
          .build(kernels)
          .run();
        const out = kernels.floats(y, blocks * channels * plane);
        for (let place = 0; place < live; place++) {
          const choice = draw(seed, iteration, place, padding, flip);
          for (let c = 0; c < channels; c++) {
            const from = order[place] * size + c * rows * columns;
            const image = changed(images.subarray(from, from + rows * columns), rows, columns, padding, choice);
            image.forEach((pixel, at) => {
              const row = Math.floor(at / columns) + border;
              const column = (at % columns) + border;
              const index = (Math.floor(place / 16) * channels + c) * plane + row * wide + column * 16 + (place % 16);
              expect(out[index]).toBe(pixel * 0.5 + c - 1);
            });
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
