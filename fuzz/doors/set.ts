import fc from 'fast-check';
import { loadSpecification } from '../../src/cli/specification.js';
import { presets, resolveSpecification } from '../../src/experiments/presets.js';
import { allSettings } from '../../src/experiments/schema-paths.js';
import { parseAssignment } from '../../src/experiments/set.js';
import { type Attempt, admitted, mustEqual, type OpenDoor } from '../door.js';
import { hostileValue } from '../hostile-values.js';
import { judgeSpecification } from './yaml.js';

const paths = allSettings().map(({ path }) => path);

/** Values of settings as they are written, so that some of them fit. */
const fitting = fc.constantFrom(
  ...[
    '1',
    '2',
    '0.5',
    '100',
    '1ep',
    '[300, 100]',
    '[1]',
    'true',
    'false',
    'adam',
    'sgd',
    'magnitude',
    'random',
    'global',
    'layer',
  ],
  ...[
    '{name: sgd, lr: 0.1}',
    '{at: [1ep], factor: 0.1}',
    '0.2',
    '1e-3',
    'relu',
    'none',
    '0',
    '[0.5, 0.25]',
    '60000',
    'resnet-20',
    'zero',
  ],
);

/** Every setting that a preset has, as somebody would write it: most of them fit, also with another preset. */
const written: readonly string[] = [
  ...new Set(
    Object.keys(presets).flatMap((preset) => {
      const found: string[] = [];
      const add = (value: unknown, path: string) => {
        if (paths.includes(path) && path !== 'extends') found.push(`${path}=${JSON.stringify(value)}`);
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
        for (const [key, inner] of Object.entries(value)) add(inner, path === '' ? key : `${path}.${key}`);
      };
      add(resolveSpecification({ extends: preset }), '');
      return found;
    }),
  ),
];

/** One `path=value`, as a command line has it. */
const hostile: fc.Arbitrary<string> = fc
  .record({
    path: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...paths) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom(...paths),
            fc.constantFrom('.x', '.', 's', '.__proto__', '.name', '.0', '.constructor.name', ' '),
          )
          .map(([path, more]) => path + more),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '__proto__',
          '__proto__.x',
          'constructor',
          'toString',
          'extends',
          '',
          '.',
          '..',
          'data.__proto__.name',
        ),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 10, unit: 'binary' }) },
    ),
    equals: fc.constantFrom('=', '=', '=', '=', '= ', ' = ', '==', ''),
    value: fc.oneof(
      { weight: 3, arbitrary: fitting },
      {
        weight: 2,
        arbitrary: hostileValue.map((value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 10, unit: 'binary' }) },
    ),
  })
  .map(({ path, equals, value }) => path + equals + value);

export const assignment: fc.Arbitrary<string> = fc.oneof(hostile, fc.constantFrom(...written));

/** What settings say at a path. */
const valueAt = (settings: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);

/** Settings on a command line: the last of those that were taken says what was written there. */
export const openSet: OpenDoor = () => {
  const attempts = fc
    .record({
      preset: fc.constantFrom(...Object.keys(presets)),
      set: fc.array(assignment, { minLength: 1, maxLength: 4 }),
    })
    .map(
      ({ preset, set }): Attempt => ({
        files: new Map([['settings.json', Buffer.from(JSON.stringify({ preset, set }))]]),
        run: async () => {
          const found = await admitted(() => loadSpecification(preset, { set }), '--set', preset);
          if (found === undefined) return 'refused';
          const last = set[set.length - 1];
          const { path, value } = parseAssignment(last);
          // A ladder has no more levels than there are densities for.
          const isPlain =
            (typeof value === 'number' || typeof value === 'boolean') && last.split('=')[0].trim() !== 'levels';
          if (isPlain) mustEqual(valueAt(found.value, path), value, last);
          await judgeSpecification(found.value);
          return 'accepted';
        },
      }),
    );
  return { name: 'set', what: 'settings of a command line (--set)', attempts };
};
