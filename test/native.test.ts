import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSplit } from '../src/data/dataset.js';
import { mapAtOnce } from '../src/experiments/at-once.js';
import { type Kernels, loadKernels } from '../src/kernels/index.js';
import { atDensity } from '../src/node/bench/plan.js';
import { chooseKernels } from '../src/node/kernels/choose.js';
import { findNative, findPackaged } from '../src/node/kernels/native.js';
import { vectorUnits } from '../src/node/kernels/processor.js';
import { stream } from '../src/random/index.js';
import { ExactHessian } from '../src/training/exact-hessian.js';
import { Activations, Evaluator, Trainer, train } from '../src/training/index.js';
import { Probe } from '../src/training/probe.js';
import type { TrainingPlan } from '../src/training/types.js';
import { shortConv2, shortLenet, shortResnet, shortWide } from './fixtures/short-plans.js';
import { until } from './until.js';

// The native kernels as people build them, by the same script, in a folder of their own.
const script = fileURLToPath(new URL('../scripts/build-native.mjs', import.meta.url));
const packaging = fileURLToPath(new URL('../scripts/package-native.mjs', import.meta.url));
const atOnce = fileURLToPath(new URL('./fixtures/at-once.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lottery-native-'));

function hasCompiler(): boolean {
  return ['cc', 'clang', 'gcc'].some((command) => {
    try {
      execFileSync(process.env.CC ?? command, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const buildable = ['linux', 'darwin'].includes(process.platform) && hasCompiler();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!buildable)('native kernels', () => {
  let wasm: Kernels;
  let native: Kernels;
  let together: Kernels;

  beforeAll(async () => {
    execFileSync(process.execPath, [script, folder], { stdio: 'ignore' });
    const state = findNative(folder);
    if (!state.usable) throw new Error(state.reason);
    wasm = await loadKernels();
    native = state.load();
    together = state.load();
    together.threads = 2;
    await until(() => together.helpers === 1);
    expect(native.target).toBe('native');
  }, 60_000);

  // A digest, because the arrays are long and a comparison element by element takes longer than the training.
  const bits = (values: Float32Array | Uint32Array) =>
    createHash('sha256')
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      .digest('hex');

  it('draw the same numbers as WebAssembly', () => {
    for (const draw of ['normal', 'uniform'] as const) {
      const [one, two] = [wasm, native].map((kernels) => kernels.sampler[draw](stream(7, 'init', 3), 20_001));
      expect(bits(two)).toBe(bits(one));
    }
    expect(bits(native.words(stream(2 ** 50, 'order'), 999))).toBe(bits(wasm.words(stream(2 ** 50, 'order'), 999)));
  });

  const plans: Record<string, () => TrainingPlan> = {
    'LeNet-300-100': () => shortLenet(wasm, 60, 40),
    'LeNet-300-100 in a ragged batch': () => shortLenet(wasm, 37, 10),
    // Longer than the weight gradient turns at once.
    'LeNet-300-100 in a batch of 2,100': () => ({
      ...shortLenet(wasm, 700, 2),
      batch: 2_100,
      trainIndices: Int32Array.from({ length: 2_100 }, (_, index) => index),
    }),
    'Conv-2': () => shortConv2(wasm, 19, 2),
    'ResNet-20': () => shortResnet(wasm, 23, 2),
    'wide convolutions': () => shortWide(wasm, 23, 2),
  };

  for (const [name, planOf] of Object.entries(plans)) {
    it.each([1, 0.3, 0.05])(`train ${name} to the same bits at density %f, on one thread and two`, async (density) => {
      const plan = atDensity(planOf(), density);
      const [one, ...others] = await mapAtOnce(
        [wasm, native, together],
        async (kernels) => {
          kernels.clear();
          return await train({ kernels, plan });
        },
        1,
      );
      for (const other of others) {
        for (const [tensor, values] of one.finalWeights) {
          expect(bits(other.finalWeights.get(tensor) as Float32Array), tensor).toBe(bits(values));
        }
        expect(other.history).toEqual(one.history);
        expect(other.end).toEqual(one.end);
        expect(other.flops).toBe(one.flops);
      }
    });
  }

  it.each(['LeNet-300-100', 'ResNet-20'])(
    'give the exact Hessian product of %s to the same bits, on one thread and two',
    (name) => {
      const { network, dataset, normalisation, trainIndices, start } = plans[name]();
      const examples = trainIndices.subarray(0, 23);
      const [one, ...rest] = [wasm, native, together].map((kernels) => {
        kernels.clear();
        const hessian = new ExactHessian(kernels, {
          network,
          dataset,
          normalisation,
          examples,
          batch: 12,
          temperature: 200,
        });
        return hessian.product(start, hessian.gradients(start));
      });
      for (const other of rest) {
        for (const [tensor, values] of one) {
          expect(bits(new Uint32Array((other.get(tensor) as Float64Array).buffer)), tensor).toBe(
            bits(new Uint32Array(values.buffer)),
          );
        }
      }
    },
  );

  /** The same images as floats, and labels as words. */
  const onFloats = (plan: TrainingPlan): TrainingPlan => {
    const part = ({ images, labels, count }: ImageSplit): ImageSplit => ({
      images: Float32Array.from(images, (value) => value / 255),
      labels: Uint16Array.from(labels),
      count,
    });
    const { train: trained, test } = plan.dataset;
    return { ...plan, dataset: { ...plan.dataset, train: part(trained), test: part(test), digest: 'floats' } };
  };

  const counts = new Map(['fc1', 'fc2'].map((layer): [string, number] => [`${layer}.weight`, 9_001]));
  const others: Record<string, () => TrainingPlan> = {
    'LeNet-300-100 on floats with labels of 16 bits': () => onFloats(shortLenet(wasm, 37, 10)),
    'ResNet-20 on floats with labels of 16 bits': () => onFloats(shortResnet(wasm, 20, 1)),
    'a supermask of LeNet-300-100': () => ({ ...shortLenet(wasm, 60, 20), learned: { kind: 'supermask', initial: 0 } }),
    'edge-popup of LeNet-300-100': () => ({ ...shortLenet(wasm, 37, 20), learned: { kind: 'edge-popup', counts } }),
    'a supermask of ResNet-20': () => ({ ...shortResnet(wasm, 20, 1), learned: { kind: 'supermask', initial: 1 } }),
    'LeNet-300-100 with frozen pruned weights': () => ({
      ...atDensity(shortLenet(wasm, 60, 20), 0.3),
      optimiser: { name: 'sgd', lr: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
      pruned: 'frozen',
    }),
  };

  it.each(Object.keys(others))('train %s to the same bits, on one thread and two', async (name) => {
    const plan = others[name]();
    const [one, ...rest] = await mapAtOnce(
      [wasm, native, together],
      async (kernels) => {
        kernels.clear();
        const { history, end } = await train({ kernels, plan });
        const trainer = new Trainer(kernels, plan);
        trainer.train(2);
        return { history, end, packed: trainer.packed.map(bits) };
      },
      1,
    );
    for (const other of rest) expect(other).toEqual(one);
  });

  it.each(['LeNet-300-100', 'ResNet-20'])('look at %s to the same bits, on one thread and two', (name) => {
    const { network, dataset, normalisation, start, mask } = atDensity(plans[name](), 0.3);
    // A lane block, and one more.
    const examples = Int32Array.from({ length: 17 }, (_, i) => 3 * i);
    const [one, ...rest] = [wasm, native, together].map((kernels) => {
      kernels.clear();
      const places = [{ of: 'train', places: examples }] as const;
      const sets = [{ of: 'train', examples }, { of: 'test' }] as const;
      const layers = new Activations(kernels, { network, dataset, normalisation, examples: places, mask }).read(start);
      const evaluations = new Evaluator(kernels, { network, dataset, normalisation, sets, mask }).evaluate(start);
      const probe = new Probe(kernels, { network, dataset, normalisation, examples, batch: 20, mask });
      const gradients = [...probe.gradients(start)].map(([tensor, values]) => [
        tensor,
        bits(Float32Array.from(values)),
      ]);
      const logits: string[] = [];
      probe.logitGradients(start, 3, (_, tensors) => logits.push(...[...tensors.values()].map(bits)));
      return { layers: [...layers].map(([layer, values]) => [layer, bits(values)]), evaluations, gradients, logits };
    });
    expect(one.logits.length).toBeGreaterThanOrEqual(17);
    for (const other of rest) expect(other).toEqual(one);
  });

  it('run on the threads that have come so far, whatever is asked for, and end with their arenas', () => {
    expect(execFileSync(process.execPath, [atOnce, folder], { encoding: 'utf8', timeout: 60_000 })).toBe('done');
  }, 70_000);

  it('are refused, with the reason, when they are of other sources or another processor', () => {
    const note = join(folder, 'build.json');
    const build = readFileSync(note, 'utf8');
    const refusal = (change: object) => {
      writeFileSync(note, JSON.stringify({ ...JSON.parse(build), ...change }));
      const state = findNative(folder);
      return state.usable ? null : state.reason;
    };
    expect(refusal({})).toBeNull();
    expect(refusal({ sources: 'f'.repeat(64) })).toBe('they were built from other sources than these');
    expect(refusal({ processor: 'Babbage No. 2' })).toContain('built for Babbage No. 2, and this is');
    expect(refusal({ platform: 'linux riscv64' })).toContain('built for linux riscv64, and this is');
    writeFileSync(note, '{');
    expect(findNative(folder)).toMatchObject({ usable: false, reason: `${note} cannot be read` });
    writeFileSync(note, build);
  });

  it('are chosen when they can be used, unless something else is asked for', () => {
    const there = findNative(folder);
    const absent = findNative(join(folder, 'nowhere'));
    expect(chooseKernels('', there).target).toBe('native');
    expect(chooseKernels('wasm', there).target).toBe('wasm');
    expect(chooseKernels('', absent)).toMatchObject({
      target: 'wasm',
      reason: 'there are no native kernels to use: they have not been built',
    });
    expect(() => chooseKernels('native', absent)).toThrow(/they have not been built; npm run build:native/);
    expect(() => chooseKernels('fast', there)).toThrow('LOTTERY_KERNELS is fast; expected native or wasm');
  });

  it('come prebuilt for several levels of processor, with the same bits at each', async () => {
    const place = join(folder, 'package');
    execFileSync(process.execPath, [packaging, place], { stdio: 'ignore' });
    const build = JSON.parse(readFileSync(join(place, 'build.json'), 'utf8')) as { levels: string[] };
    const manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ os: [process.platform], cpu: [process.arch] });
    const state = findPackaged(place);
    if (!state.usable) throw new Error(state.reason);
    const units = vectorUnits();
    if (units.includes('avx512vl')) expect(state.path).toBe(join(place, 'avx512.node'));
    else if (units.includes('avx2')) expect(state.path).toBe(join(place, 'avx2.node'));
    const best = state.path;
    // Lower levels run here too: each is made to look like all there is.
    const runnable = build.levels.slice(0, 1 + build.levels.findIndex((level) => best.endsWith(`${level}.node`)));
    const tried = [
      ...['LeNet-300-100 in a ragged batch', 'ResNet-20'].map((name) => atDensity(plans[name](), 0.3)),
      ...['a supermask of LeNet-300-100', 'edge-popup of LeNet-300-100'].map((name) => others[name]()),
    ];
    for (const whole of tried) {
      const plan = { ...whole, iterations: 2 };
      wasm.clear();
      const expected = await train({ kernels: wasm, plan });
      for (const level of runnable) {
        writeFileSync(join(place, 'build.json'), JSON.stringify({ ...build, levels: [level] }));
        const only = findPackaged(place);
        if (!only.usable) throw new Error(only.reason);
        expect(only.path).toBe(join(place, `${level}.node`));
        const result = await train({ kernels: only.load(), plan });
        expect(result.history).toEqual(expected.history);
        for (const [tensor, values] of expected.finalWeights) {
          expect(bits(result.finalWeights.get(tensor) as Float32Array), `${level} ${tensor}`).toBe(bits(values));
        }
      }
    }
    writeFileSync(join(place, 'build.json'), JSON.stringify({ ...build, sources: 'f'.repeat(64) }));
    expect(findPackaged(place)).toMatchObject({ reason: 'they were built from other sources than these' });
  }, 120_000);
});
