import { beforeAll, describe, expect, it } from 'vitest';
import { permutation, StreamReader, stream } from '../random/stream.js';
import { type Kernels, loadKernels } from './index.js';
import { ProgramBuilder } from './program.js';
import { stateLayout } from './state.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

const note = { shape: '', flops: 0, bytes: 0 };

/** Runs one elementwise operation in place over `values`, whose number is a multiple of four. */
function elementwise(operation: 'tanh' | 'sigmoid' | 'relu', values: Float32Array): Float32Array {
  const mark = kernels.mark();
  const y = kernels.place(values);
  new ProgramBuilder().add(operation, { y, n: values.length }, note).build(kernels).run();
  const result = kernels.floats(y, values.length).slice();
  kernels.release(mark);
  return result;
}

describe('random numbers in the kernels', () => {
  it('draws the same words as the TypeScript stream', () => {
    const reader = new StreamReader(stream(123456789012345, 'init', 7));
    const words = kernels.words(stream(123456789012345, 'init', 7), 1003);
    expect([...words]).toEqual(Array.from({ length: 1003 }, () => reader.word()));
  });

  it('normal numbers have the moments and the tails of the normal law', () => {
    const values = kernels.sampler.normal(stream(5, 'init'), 200_000);
    let sum = 0;
    let square = 0;
    let fourth = 0;
    let beyond = 0;
    for (const value of values) {
      sum += value;
      square += value * value;
      fourth += value ** 4;
      if (Math.abs(value) > 1.959964) beyond++;
    }
    expect(Math.abs(sum / values.length)).toBeLessThan(0.01);
    expect(square / values.length).toBeCloseTo(1, 1.8);
    expect(Math.abs(fourth / values.length - 3)).toBeLessThan(0.1);
    expect(Math.abs(beyond / values.length - 0.05)).toBeLessThan(0.003);
  });

  it('normal numbers are those of Box and Muller in double precision', () => {
    const reader = new StreamReader(stream(9, 'init'));
    const values = kernels.sampler.normal(stream(9, 'init'), 4000);
    for (let i = 0; i < values.length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log((reader.word() + 1) / 2 ** 32));
      const angle = (2 * Math.PI * reader.word()) / 2 ** 32;
      expect(Math.abs(values[i] - radius * Math.cos(angle))).toBeLessThan(1e-6);
      expect(Math.abs(values[i + 1] - radius * Math.sin(angle))).toBeLessThan(1e-6);
    }
  });

  it('uniform numbers lie strictly between 0 and 1', () => {
    const values = kernels.sampler.uniform(stream(5, 'init'), 100_000);
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 2);
  });
});

describe('elementary functions', () => {
  const grid = Float32Array.from({ length: 40_000 }, (_, i) => -20 + i / 1000);

  it('tanh agrees with double precision to 3e-7 relative', () => {
    elementwise('tanh', grid).forEach((value, i) => {
      const exact = Math.tanh(grid[i]);
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(3e-7 * Math.abs(exact));
    });
  });

  it('sigmoid agrees with double precision to 3e-7 relative', () => {
    elementwise('sigmoid', grid).forEach((value, i) => {
      const exact = 1 / (1 + Math.exp(-grid[i]));
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(3e-7 * exact);
    });
  });

  it('keeps NaN visible, and relu turns -0 into +0', () => {
    const values = Float32Array.of(Number.NaN, -0, -1, 2);
    expect([...elementwise('relu', values)]).toEqual([Number.NaN, 0, 0, 2]);
    expect(Object.is(elementwise('relu', values)[1], 0)).toBe(true);
    expect(elementwise('tanh', values)[0]).toBeNaN();
    expect(elementwise('sigmoid', values)[0]).toBeNaN();
  });
});

describe('the order of examples', () => {
  it('is a fresh Fisher-Yates permutation each epoch, which can be resumed at any iteration', () => {
    const count = 53;
    const batch = 10;
    const run = (first: number, steps: number) => {
      const mark = kernels.mark();
      const state = kernels.allocate(stateLayout.bytes);
      const source = kernels.place(Int32Array.from({ length: count }, (_, i) => i));
      const indices = kernels.allocate(count * 4);
      kernels.integers(state + stateLayout.iteration, 5).set([first, -1, 0, 0, 0]);
      const { key, lane } = stream(4, 'order');
      const program = new ProgramBuilder()
        .add('order', { state, source, indices, count, batch, key0: key[0], key1: key[1], lane0: lane[0] }, note)
        .add('advance', { state }, note)
        .build(kernels);
      const seen: number[][] = [];
      for (let step = 0; step < steps; step++) {
        program.run();
        const cursor = kernels.integers(state + stateLayout.cursor, 1)[0];
        seen.push([...kernels.integers(indices, count).slice(cursor, cursor + batch)]);
      }
      kernels.release(mark);
      return seen;
    };
    const whole = run(0, 12);
    expect(run(7, 5)).toEqual(whole.slice(7));
    const second = permutation(count, new StreamReader(stream(4, 'order', 1)));
    expect(whole[5]).toEqual([...second.slice(0, 10)]);
    expect(new Set(whole.slice(0, 5).flat()).size).toBe(50);
  });
});

describe('programs', () => {
  it('print one line an operation with shape, FLOPs and bytes', () => {
    const state = kernels.allocate(stateLayout.bytes);
    const program = new ProgramBuilder()
      .add('advance', { state }, { shape: 'none', flops: 3, bytes: 8 })
      .build(kernels);
    expect(program.print()).toMatch(/operation +shape +FLOPs +bytes\nadvance +none +3 +8/);
    expect(program.flops).toBe(3);
  });

  it('refuse an argument that is no number', () => {
    expect(() => new ProgramBuilder().add('advance', { state: Number.NaN }, note)).toThrow(/argument state is NaN/);
  });

  it('a stopped runner says where', () => {
    const words = kernels.place(Int32Array.of(9999));
    expect(() => kernels.run(words, 1, 1)).toThrow(/unknown operation/);
  });
});
