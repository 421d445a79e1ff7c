import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { loadSpecification } from '../../src/cli/specification.js';
import { makeStrokes } from '../../src/data/strokes/index.js';
import { buildGraph } from '../../src/experiments/graph.js';
import { presetInput, presets, resolveSpecification } from '../../src/experiments/presets.js';
import { factsOf } from '../../src/experiments/run-folder.js';
import type { RunSpecification } from '../../src/experiments/schema.js';
import { type Attempt, admitted, Fault, mustEqual, type OpenDoor } from '../door.js';
import { altered, changes, hostileValue } from '../hostile-values.js';
import { mutated, mutations } from '../mutations.js';

/** Pieces of YAML, put together in any order. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '\n',
          '\n  ',
          '\n    ',
          ': ',
          '- ',
          '&a ',
          '*a',
          '<<: *a',
          '!!binary ',
          '!!js/function ',
          '!x ',
          '? ',
          '| ',
          '> ',
          '>-\n ',
        ],
        ...[
          '{',
          '}',
          '[',
          ']',
          ', ',
          '"',
          "'",
          '#',
          '---\n',
          '...\n',
          '%YAML 1.1\n',
          '~',
          '\t',
          '\u001b[2J',
          '\r',
          '\u2028',
        ],
        ...[
          'extends',
          'network',
          'hidden',
          'data',
          'pruning',
          'optimiser',
          'name',
          'iterations',
          'trials',
          'lenet-mnist',
        ],
        ...[
          '1',
          '.5',
          '1e999',
          '0x1F',
          '0o7',
          '.nan',
          '.inf',
          'yes',
          'null',
          '2024-01-01',
          '190:20:30',
          '1_000',
          '!!float 3',
          '=',
          '@',
          '`',
        ],
      ),
      fc.string({ maxLength: 4, unit: 'binary' }),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((list) => list.join(''));

/** Texts that repeat a piece so often that a careless reader would run out of something. */
const bombs = fc
  .record({
    piece: fc.constantFrom(
      '[',
      '{a: ',
      '- ',
      '? ',
      '  ',
      '&a [',
      '*a ',
      '- - ',
      "'",
      'a: &a\n',
      '<<: ',
      '!!map ',
      '#',
      '"\\x41',
      '| \n',
    ),
    times: fc.constantFrom(50, 99, 101, 1000, 20_000),
    start: fc.constantFrom('', 'name: ', 'a: &a [x, x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n'),
  })
  .map(({ piece, times, start }) => start + piece.repeat(times));

/** Settings of presets, changed. */
export const hostileSettings: fc.Arbitrary<unknown> = fc
  .record({
    preset: fc.constantFrom(...Object.keys(presets)),
    written: fc.boolean(),
    changes,
  })
  .map(({ preset, written, changes }) =>
    altered(written ? presetInput(preset) : { extends: preset, trials: 1, network: { hidden: [10] } }, changes),
  );

/** Texts of settings: presets that were changed, text that was damaged, and what is no YAML at all. */
export const yamlText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ settings: hostileSettings, json: fc.boolean() }).map(({ settings, json }) => {
      try {
        return json ? (JSON.stringify(settings) ?? '') : stringify(settings);
      } catch {
        return '';
      }
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ preset: fc.constantFrom(...Object.keys(presets)), changes: mutations })
      .map(({ preset, changes }) =>
        Buffer.from(mutated(Buffer.from(stringify(presetInput(preset))), changes)).toString('utf8'),
      ),
  },
  { weight: 2, arbitrary: soup },
  { weight: 1, arbitrary: bombs },
  { weight: 1, arbitrary: hostileValue.map((value) => stringify(value) ?? '') },
);

/** The largest plan that is made here; larger ones are the real command's. */
const MOST_CELLS = 2000;

/**
 * That settings which were taken are settings: written out and read again they are the same.
 *
 * @throws Fault when they are not
 */
export async function judgeSpecification(specification: RunSpecification, ...names: string[]): Promise<void> {
  const again = await admitted(() => resolveSpecification(JSON.parse(JSON.stringify(specification)), 'again'), 'again');
  if (again === undefined) throw new Fault('settings that were taken are refused when they are read again');
  mustEqual(again.value, specification, 'the settings, read again');
  const { trials, levels } = specification;
  if (trials * levels > MOST_CELLS) return;
  await admitted(() => buildGraph(specification, facts), '', ...names);
}

const facts = factsOf(makeStrokes({ train: 100, test: 20 }));

/** Files of settings. */
export const openYaml: OpenDoor = ({ folder }) => {
  const path = join(folder, 'mine.yaml');
  const attempts = yamlText.map(
    (text): Attempt => ({
      files: new Map([['mine.yaml', Buffer.from(text)]]),
      run: async () => {
        writeFileSync(path, text);
        const found = await admitted(() => loadSpecification(path, {}), path);
        if (found === undefined) return 'refused';
        await judgeSpecification(found.value);
        return 'accepted';
      },
    }),
  );
  return { name: 'yaml', what: 'files of settings', attempts };
};
