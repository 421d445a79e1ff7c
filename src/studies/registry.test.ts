import { describe, expect, it } from 'vitest';
import { studies } from './registry.js';
import { optionsJsonSchema, optionWords, parseOptions, readOption, type StudyOption } from './shared/options.js';

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
