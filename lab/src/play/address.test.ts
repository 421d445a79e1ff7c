import { expect, test } from 'vitest';
import {
  addressOf,
  choicesOf,
  commandOf,
  differencesOf,
  firstChoices,
  specificationOf,
  withSettings,
  yamlOf,
} from './address.js';

test('an address says all that was chosen, and is read as it was written', () => {
  const choices = withSettings(firstChoices, { seed: '7', 'data.path': "it's mine & yours.npz", trials: null });
  const address = addressOf(choices);
  expect(choicesOf(address)).toEqual(choices);
  expect(address).toContain('pruning.densities=[0.6,+0.35,+0.2,+0.1]');
  expect(choicesOf(address.replace('v=1', 'v=2'))).toBeNull();
  expect(choicesOf('')).toBeNull();
});

test('a command names every setting, quoted where a shell would take it apart', () => {
  const choices = withSettings(firstChoices, { name: "it's" });
  expect(commandOf(choices)).toContain(`--set 'pruning.densities=[0.6, 0.35, 0.2, 0.1]'`);
  expect(commandOf(choices)).toContain(`--set 'name=it'\\''s'`);
  expect(commandOf(choices)).toContain('lottery run quickstart');
});

test('a file in YAML extends the preset', () => {
  expect(
    yamlOf({
      preset: 'quickstart',
      set: new Map([
        ['data.train', '4000'],
        ['network', '{hidden: [30]}'],
      ]),
    }),
  ).toBe('extends: quickstart\ndata:\n  train: 4000\nnetwork:\n  hidden:\n    - 30\n');
});

test('what is wrong is said with the name of the setting', () => {
  expect(() => specificationOf(withSettings(firstChoices, { trials: 'many' }))).toThrow(/trials/);
  expect(specificationOf(firstChoices)).toMatchObject({ trials: 3, levels: 5 });
});

test('two experiments differ in what their settings say', () => {
  expect(differencesOf(firstChoices, withSettings(firstChoices, { trials: '5', seed: '1' }))).toEqual([
    'trials 3 instead of 5',
    'seed by the preset instead of 1',
  ]);
});
