import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../test/fixtures/refusal.js';
import { canonicalDigest, canonicalJson, withoutDefaults } from './canonical.js';
import { inherit, overlay, presetInput, presets, resolveSpecification } from './presets.js';
import { specificationJsonSchema } from './schema.js';
import { allSettings, settingsUnder } from './schema-paths.js';
import { assign, parseAssignment } from './set.js';
import { editDistance, suggestions } from './suggest.js';

const refusal = (input: unknown): string => refusalOf(() => resolveSpecification(input, 'my.yaml'));

describe('a specification', () => {
  it('fills in the settings of the paper', () => {
    expect(resolveSpecification({ extends: 'lenet-mnist' })).toEqual({
      name: 'lenet-mnist',
      network: 'lenet-300-100',
      initialisation: { name: 'glorot-normal' },
      data: { name: 'mnist', validation: 5000, normalisation: { mean: 0.1307, deviation: 0.3081 } },
      optimiser: { name: 'adam', lr: 0.0012, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decayOn: 'all' },
      batch: 60,
      labelSmoothing: 0,
      iterations: 50_000,
      evaluateEvery: 100,
      pruning: { score: 'magnitude', scope: 'layer', rate: 0.2, outputRate: 0.1, schedule: 'iterative' },
      rewind: 0,
      retrain: 'rewind',
      controls: { reinitialise: 3, randomMask: 0 },
      trials: 5,
      levels: 19,
      seed: 0,
      testCurve: false,
    });
  });

  it('names the setting, the value and what was expected', () => {
    expect(refusal({ batch: 0 })).toBe('my.yaml: batch is 0; expected at least 1.');
    expect(refusal({ batch: 1.5 })).toBe('my.yaml: batch is 1.5; expected a whole number.');
    expect(refusal({ trials: '3' })).toBe('my.yaml: trials is the text "3"; expected a number.');
    expect(refusal({ optimiser: { name: 'adam', lr: -1 } })).toBe('my.yaml: optimiser.lr is -1; expected more than 0.');
    expect(refusal({ optimiser: { name: 'adam' } })).toBe('my.yaml: optimiser.lr is missing; expected a number.');
    expect(refusal({ optimiser: null })).toContain('optimiser is null; expected a group of settings');
    expect(refusal({ network: { hidden: [300, 0] } })).toBe('my.yaml: network.hidden.1 is 0; expected at least 1.');
    expect(refusal({ network: {} })).toContain('network.hidden is missing; expected a list');
    expect(refusal({ name: 'a/b' })).toContain('name is the text "a/b"; expected letters');
    expect(refusal([1])).toContain('expected settings by name');
    expect(refusal({ pruning: { structure: 'block' } })).toContain(
      'pruning.structure is the text "block"; expected weights, units, {blocks: 4} or {keep: 2, of: 4}',
    );
    expect(refusal({ pruning: { structure: 'unit' } })).toContain('; did you mean units?');
    expect(refusal({ initialisation: { bias: 1 } })).toContain(
      'initialisation.bias is 1; expected zero, uniform or {constant: 0.1}.',
    );
  });

  it('suggests names for misspelt ones', () => {
    expect(refusal({ trails: 3 })).toBe('my.yaml: unknown setting trails; did you mean trials?');
    expect(refusal({ pruning: { schedul: 'one-shot' } })).toContain('did you mean pruning.schedule?');
    expect(refusal({ evaluate_every: 3 })).toContain('did you mean evaluateEvery?');
    expect(refusal({ outputRate: 0.1 })).toContain('did you mean pruning.outputRate?');
    expect(refusal({ initialisation: { name: 'glorot' } })).toContain('did you mean glorot-normal');
    expect(refusal({ network: 'lenet300-100' })).toContain('did you mean lenet-300-100?');
    expect(refusal({ network: { hidden: [3], activation: 'rellu' } })).toContain('did you mean relu?');
    expect(refusal({ optimiser: { name: 'adm', lr: 1 } })).toContain('did you mean adam');
    expect(refusal({ pruning: { schedule: 'oneshot' } })).toContain('did you mean one-shot?');
    expect(refusal({ extends: 'lenet-mnst' })).toContain('did you mean lenet-mnist');
  });

  it('keeps one word for one thing: rate is pruned, density is kept', () => {
    for (const key of ['sparsity', 'density', 'keepRatio', 'prune_rate']) {
      expect(refusal({ pruning: { [key]: 0.2 } })).toContain('pruning.rate');
    }
    expect(refusal({ epochs: 3 })).toContain('iterations');
    expect(refusal({ optimizer: {} })).toContain('the word is optimiser');
  });

  it('takes no text for a truth value', () => {
    for (const text of ['False', 'false', 'True', 'yes', '0', '']) {
      expect(refusal({ testCurve: text })).toContain('testCurve is the text');
      expect(refusal({ optimiser: { name: 'sgd', lr: 1, momentum: 0.9, nesterov: text } })).toContain(
        'nesterov is the text',
      );
    }
    expect(refusal({ testCurve: 0 })).toContain('testCurve is 0; expected true or false');
    expect(resolveSpecification({ testCurve: true }).testCurve).toBe(true);
  });

  it('refuses settings that do not agree', () => {
    expect(refusal({ optimiser: { name: 'sgd', lr: 1, nesterov: true } })).toContain('without momentum');
    expect(refusal({ iterations: 10, evaluateEvery: 5, rewind: 11 })).toContain('rewind is 11');
    expect(refusal({ iterations: 10 })).toContain('evaluateEvery is 100; expected at most iterations, 10');
    expect(refusal({ data: { name: 'strokes', train: 100, validation: 60 }, batch: 41 })).toContain('the 40 examples');
    expect(refusal({ data: { name: 'strokes', train: 100, validation: 100 } })).toContain('leaves none');
    expect(refusal({ data: { validation: 10 } })).toContain('neither name nor path');
    expect(refusal({ data: { name: 'mnist', path: 'x' } })).toContain('both name');
    expect(refusal({ data: { name: 'mnist', seed: 1 } })).toContain('only strokes');
    expect(resolveSpecification({ iterations: 105, evaluateEvery: 50 }).iterations).toBe(105);
  });

  it('lists every mistake at once', () => {
    expect(refusal({ batch: 0, trails: 1, testCurve: 'no' })).toMatch(
      /my\.yaml has 3 mistakes:\n {2}.*\n {2}.*\n {2}.*$/,
    );
  });
});

describe('inheritance', () => {
  it('lays groups over groups and leaves the preset as it was', () => {
    const before = canonicalJson(presets['lenet-mnist'].specification);
    const own = resolveSpecification({ extends: 'lenet-mnist', pruning: { rate: 0.5 }, data: { path: 'own.npz' } });
    expect(own.pruning).toEqual({
      score: 'magnitude',
      scope: 'layer',
      rate: 0.5,
      outputRate: 0.1,
      schedule: 'iterative',
    });
    expect(own.data).toEqual({ path: 'own.npz', validation: 5000, normalisation: { mean: 0.1307, deviation: 0.3081 } });
    expect(canonicalJson(presets['lenet-mnist'].specification)).toBe(before);
  });

  it('takes another optimiser whole', () => {
    const base = { optimiser: { name: 'adam', lr: 1, beta1: 0.5 } };
    expect(overlay(base, { optimiser: { name: 'sgd', lr: 2 } })).toEqual({ optimiser: { name: 'sgd', lr: 2 } });
    expect(overlay(base, { optimiser: { lr: 3 } })).toEqual({ optimiser: { name: 'adam', lr: 3, beta1: 0.5 } });
    expect(inherit({ batch: 1 }, 'x')).toEqual({ batch: 1 });
  });

  it('takes another shape of schedule whole, and keeps the warm-up', () => {
    const base = { optimiser: { name: 'sgd', schedule: { warmup: 5, steps: { at: [10] } } } };
    expect(overlay(base, { optimiser: { schedule: { cosine: { floor: 0.1 } } } })).toEqual({
      optimiser: { name: 'sgd', schedule: { warmup: 5, cosine: { floor: 0.1 } } },
    });
    const set = (text: string) => assign(base, parseAssignment(text));
    expect(set('optimiser.schedule.cosine.until=20ep')).toEqual({
      optimiser: { name: 'sgd', schedule: { warmup: 5, cosine: { until: '20ep' } } },
    });
    expect(set('optimiser.schedule.steps.factor=0.5')).toEqual({
      optimiser: { name: 'sgd', schedule: { warmup: 5, steps: { at: [10], factor: 0.5 } } },
    });
    expect(set('optimiser.schedule={}')).toEqual({ optimiser: { name: 'sgd', schedule: {} } });
  });
});

describe('--set', () => {
  const set = (text: string) => assign(presetInput('quickstart'), parseAssignment(text));

  it('reads YAML values at dotted paths', () => {
    expect(parseAssignment('iterations=12000')).toEqual({ path: ['iterations'], value: 12000 });
    expect(parseAssignment('testCurve=true').value).toBe(true);
    expect(parseAssignment("testCurve='False'").value).toBe('False');
    expect(parseAssignment('network={hidden: [20], activation: tanh}').value).toEqual({
      hidden: [20],
      activation: 'tanh',
    });
    expect(parseAssignment('data.path=a=b').value).toBe('a=b');
    expect(resolveSpecification(set('network.hidden=[20, 10]')).network).toEqual({
      hidden: [20, 10],
      activation: 'relu',
    });
    expect(resolveSpecification(set('pruning.rate=0.5')).pruning.rate).toBe(0.5);
    expect(resolveSpecification(set('iterations=4ep')).iterations).toBe('4ep');
    expect(resolveSpecification(set('pruning.layers.block1.conv=0.5')).pruning.layers).toEqual({ 'block1.conv': 0.5 });
    expect(resolveSpecification(set('augmentation.padding=4')).augmentation).toEqual({ padding: 4, flip: false });
    expect(resolveSpecification(set('data.path=x.npz')).data).toMatchObject({ path: 'x.npz', train: 12_000 });
  });

  it('suggests paths', () => {
    expect(() => parseAssignment('iteration=5')).toThrow(/did you mean iterations/);
    expect(() => parseAssignment('pruning.rte=5')).toThrow(/did you mean pruning\.rate/);
    expect(() => parseAssignment('prunning.rate=5')).toThrow(/did you mean pruning/);
    expect(() => parseAssignment('rate=5')).toThrow(/pruning\.rate/);
    expect(() => parseAssignment('sparsity=5')).toThrow(/pruning\.rate/);
    expect(() => parseAssignment('iterations')).toThrow(/expected path=value/);
    expect(() => parseAssignment('iterations=')).toThrow(/empty/);
    expect(() => parseAssignment('network={')).toThrow(/not YAML/);
    expect(() => parseAssignment('iterations=5').value).not.toThrow();
  });
});

describe('the JSON Schema', () => {
  it('describes every setting and refuses unknown ones', () => {
    const schema = specificationJsonSchema() as { additionalProperties: boolean; required?: string[] };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toBeUndefined();
    for (const { path, help } of allSettings()) {
      if (path !== 'optimiser.name') expect(help, path).not.toBe('');
    }
    expect(settingsUnder('pruning')).toEqual([
      'score',
      'scope',
      'rate',
      'outputRate',
      'rates',
      'layers',
      'structure',
      'layerDensities',
      'densities',
      'schedule',
      'gradual',
      'earlyBird',
      'dynamic',
      'learned',
      'steps',
      'examples',
      'exampleSampling',
      'hessian',
      'temperature',
    ]);
    expect(allSettings().find(({ path }) => path === 'optimiser.name')?.choices).toEqual(['adam', 'sgd']);
    const setting = (path: string) => allSettings().find((found) => found.path === path);
    expect(setting('pruning.rate')?.standard).toBe('0.2');
    expect(setting('iterations')?.standard).toBe('50000');
    expect(setting('retrain')?.choices).toEqual(['rewind', 'learning-rate-rewind', 'fine-tune']);
    expect(setting('pruning.layers')?.open).toBe(true);
    for (const path of ['optimiser.schedule.warmup', 'optimiser.schedule.steps.at', 'optimiser.decayOn', 'clipNorm']) {
      expect(setting(path), path).toBeDefined();
    }
  });
});

describe('canonical form', () => {
  it('sorts keys, drops undefined, and refuses what JSON cannot hold', () => {
    expect(canonicalJson({ b: [1, -0, 'ä'], a: { d: null, c: undefined } })).toBe('{"a":{"d":null},"b":[1,0,"ä"]}');
    expect(() => canonicalJson({ a: [Number.NaN] })).toThrow('$.a[0] is NaN');
    expect(() => canonicalJson({ a: new Map() })).toThrow('$.a');
    expect(canonicalDigest({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });

  it('leaves out what stands at its default, at any depth', () => {
    const defaults = { a: 1, b: { c: [1], d: 2 } };
    expect(withoutDefaults({ a: 1, b: { c: [1], d: 3 }, e: 0 }, defaults)).toEqual({ b: { d: 3 }, e: 0 });
    expect(withoutDefaults({ a: 1, b: { c: [1], d: 2 } }, defaults)).toEqual({});
    expect(withoutDefaults({ a: null, b: null }, { a: null, b: { c: 1 } })).toEqual({ b: null });
  });
});

describe('suggestions', () => {
  it('counts edits, swaps of neighbours as one', () => {
    expect(editDistance('trials', 'trails')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(suggestions('zzzzzz', ['trials', 'levels'])).toEqual([]);
  });
});
