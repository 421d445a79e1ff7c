import { describe, expect, it } from 'vitest';
import { InputError } from '../../networks/errors.js';
import {
  choice,
  choiceOrNone,
  count,
  densities,
  flagName,
  lengths,
  onOff,
  optional,
  optionsJsonSchema,
  optionWords,
  parseOptions,
  readOption,
  several,
} from './options.js';

const options = {
  densities: densities({ help: 'shares of weights kept', default: [0.2, 0.05] }),
  trainingExamples: count({ help: 'examples', default: 100, least: 1, most: 500 }),
  at: choice(['end', 'early-stop'], { help: 'which weights', default: 'end', placeholder: 'weights' }),
  match: choiceOrNone(['masks', 'weights'], { help: 'matched by', default: 'masks', placeholder: 'by' }),
  only: several(['order', 'noise', 'data'], { help: 'what differs', default: ['order', 'noise'], what: 'variation' }),
  rewinds: lengths({ help: 'iterations', default: [0, '2ep'] }),
  bins: optional(count({ help: 'bins', default: 30, least: 2 })),
  properties: onOff({ help: 'measure properties', default: true }),
};
const usual = parseOptions(options);

describe('options of a study', () => {
  it('have their defaults where nothing is given', () => {
    expect(usual).toEqual({
      densities: [0.2, 0.05],
      trainingExamples: 100,
      at: 'end',
      match: 'masks',
      only: ['order', 'noise'],
      rewinds: [0, '2ep'],
      properties: true,
    });
  });

  it('refuse what does not fit, and say what was given and what is expected', () => {
    const refusal = (given: unknown) => {
      try {
        parseOptions(options, given);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
      return 'it was taken';
    };
    expect(refusal({ densities: [0.2, 0.5] })).toBe(
      'densities is [0.2,0.5]; expected falling shares of weights kept, such as 0.2,0.05,0.02.',
    );
    expect(refusal({ trainingExamples: 501 })).toBe('trainingExamples is 501; expected a whole number from 1 to 500.');
    expect(refusal({ trainingExamples: '5' })).toBe(
      'trainingExamples is the text "5"; expected a whole number from 1 to 500.',
    );
    expect(refusal({ properties: 'False' })).toBe('properties is the text "False"; expected true or false.');
    expect(refusal({ densites: [0.2] })).toBe('unknown option densites; did you mean densities?');
    expect(refusal([])).toContain('expected an object');
    expect(refusal({ match: null, bins: undefined })).toBe('it was taken');
  });

  it('are read from text and written to it', () => {
    const texts: [keyof typeof options, string, unknown][] = [
      ['densities', '0.5,0.1', [0.5, 0.1]],
      ['trainingExamples', '7', 7],
      ['at', 'early-stop', 'early-stop'],
      ['match', 'none', null],
      ['only', 'data,order,data', ['data', 'order']],
      ['rewinds', '0,500,2ep', [0, 500, '2ep']],
      ['bins', '3', 3],
    ];
    for (const [name, text, value] of texts) {
      const option = options[name] as (typeof options)['bins'];
      expect(readOption(name, option, text)).toEqual(value);
      expect(readOption(name, option, option.write(value as number))).toEqual(value);
    }
    expect(() => readOption('densities', options.densities, '0.5,')).toThrow('expected falling shares');
    expect(() => readOption('trainingExamples', options.trainingExamples, '')).toThrow('expected a whole number');
    expect(() => readOption('only', options.only, 'ordr')).toThrow('unknown variation ordr; did you mean order?');
    expect(() => readOption('rewinds', options.rewinds, '0,2 epochs')).toThrow('2 epochs is not a time');
  });

  it('become the words of a command, those at their defaults left out', () => {
    expect(optionWords(options, usual)).toEqual([]);
    const other = { ...usual, trainingExamples: 7, match: null, properties: false, bins: 3 };
    expect(optionWords(options, other)).toEqual([
      '--training-examples',
      '7',
      '--match',
      'none',
      '--bins',
      '3',
      '--no-properties',
    ]);
    expect(flagName('randomMask')).toBe('random-mask');
  });

  it('have a JSON Schema with help and defaults', () => {
    const schema = optionsJsonSchema(options) as { properties: Record<string, object>; additionalProperties: boolean };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.densities).toMatchObject({
      description: 'shares of weights kept',
      default: [0.2, 0.05],
      type: 'array',
    });
    expect(schema.properties.bins).not.toHaveProperty('default');
  });
});
