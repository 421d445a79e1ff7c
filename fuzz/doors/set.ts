import fc from 'fast-check';
import { loadSpecification } from '../../src/cli/specification.js';
import { presets } from '../../src/experiments/presets.js';
import { allSettings } from '../../src/experiments/schema-paths.js';
import { type Attempt, admitted, type OpenDoor } from '../door.js';
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

/** One `path=value`, as a command line has it. */
export const assignment: fc.Arbitrary<string> = fc
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

/** Settings on a command line. */
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
          await judgeSpecification(found.value);
          return 'accepted';
        },
      }),
    );
  return { name: 'set', what: 'settings of a command line (--set)', attempts };
};
