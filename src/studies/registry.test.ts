import { describe, expect, it } from 'vitest';
import { tinyStrokes } from '../../test/fixtures/tiny-run.js';
import type { PlannedCell } from '../experiments/graph.js';
import { studies } from './registry.js';
import { optionsJsonSchema, optionWords, parseOptions, readOption, type StudyOption } from './shared/options.js';
import { base } from './shared/rewinds/plan.fixture.js';

describe('every study', () => {
  it.each(studies.map((study) => [study.name, study] as const))('%s has options that are whole', (_name, study) => {
    const defaults = parseOptions(study.options) as Record<string, unknown>;
    expect(optionWords(study.options, defaults as never)).toEqual([]);
    expect(() => JSON.stringify(optionsJsonSchema(study.options))).not.toThrow();
    expect(study.title.length).toBeGreaterThan(20);
    for (const example of study.examples) expect(example.startsWith(`${study.name} `)).toBe(true);
    for (const [name, option] of Object.entries(study.options) as [string, StudyOption<unknown>][]) {
      expect(option.help.length, name).toBeGreaterThan(3);
      if (option.placeholder !== null && defaults[name] !== undefined) {
        expect(readOption(name, option, option.write(defaults[name])), name).toEqual(defaults[name]);
      }
    }
  });
});

describe('studies that rewind', () => {
  const rewinding = studies.filter(({ options }) => 'rewinds' in options);

  it('plan the very same tickets and dense networks', () => {
    expect(rewinding).toHaveLength(2);
    const [one, other] = rewinding.map((study) => {
      const options = parseOptions(study.options, { rewinds: [20, 0, '1ep'], densities: [0.4, 0.2] });
      return study.plan(base, options, tinyStrokes).cells as readonly PlannedCell[];
    });
    const idsOf = (cells: readonly PlannedCell[]) =>
      cells.filter(({ condition }) => ['dense', 'ticket'].includes(condition)).map(({ id }) => id);
    // One of them trains further children of each beside them.
    const [few, many] = [idsOf(one), idsOf(other)].sort((a, b) => a.length - b.length);
    // Of two trials: a dense network and one that keeps its weights for later rewinds; of three rewinds two densities and a rung.
    expect(few).toHaveLength(2 * (2 + 3 * 3));
    for (const id of few) expect(many).toContain(id);
  });
});
