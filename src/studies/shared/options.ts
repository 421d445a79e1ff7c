import * as z from 'zod';
import type { Length } from '../../experiments/length.js';
import { lengthSchema } from '../../experiments/length-schema.js';
import { shown } from '../../experiments/shown.js';
import { didYouMean } from '../../experiments/suggest.js';
import { InputError } from '../../networks/errors.js';

/**
 * Options of studies. Each is declared once, as a schema of its value and a way to read it from and write it as text; from
 * that come the flags of the command line, the words of the command that repeats a study, validation, and JSON Schema.
 */
export interface StudyOption<Value> {
  /** Of the value as it is in JSON; absent and undefined give the default. */
  readonly schema: z.ZodType<Value>;
  /** What it decides, for help texts: a few words. */
  readonly help: string;
  /** What stands for the value in help texts: `list`; null for a switch, whose text is its name alone. */
  readonly placeholder: string | null;
  /** Undefined where the study decides by its data. */
  readonly default: Value;
  /** What the study did before it had this option: what its records from then mean. Absent: the default. */
  readonly before?: Value;
  /** What values are allowed, for messages: `a share above 0 and below 1, such as 0.5`. */
  readonly expected: string;
  /** What is wrong with a text, where more can be said than what is expected; null otherwise. */
  readonly wrong?: (text: string) => string | null;
  /** A value from a text as people type it, to be checked by the schema. */
  read(text: string): unknown;
  /** The text that gives the value. */
  write(value: Value): string;
}

/** Options of a study by name, in camel case. */
export type StudyOptions = Readonly<Record<string, StudyOption<never>>>;

// biome-ignore lint/suspicious/noExplicitAny: an option of any value.
type AnyOption = StudyOption<any>;

/** The values of some options. */
export type ValuesOf<Options extends Readonly<Record<string, AnyOption>>> = {
  readonly [Name in keyof Options]: Options[Name] extends StudyOption<infer Value> ? Value : never;
};

interface About<Value> {
  readonly help: string;
  readonly default: Value;
}

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Words with commas between. */
const wordsOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const isShare = (value: number) => value > 0 && value < 1;
const areFalling = (values: readonly number[]) =>
  values.length > 0 && values.every((value, i) => isShare(value) && (i === 0 || value < values[i - 1]));

/** The first of some words that is not known, in a sentence; null where all are. */
const unknownWord =
  (what: string, known: readonly string[]) =>
  (text: string): string | null => {
    const wrong = wordsOf(text).find((word) => !known.includes(word));
    if (wrong === undefined) return null;
    return `unknown ${what} ${wrong}${didYouMean(wrong, known) || `; expected some of ${known.join(', ')}.`}`;
  };

const falling = 'falling shares of weights kept, such as 0.2,0.05,0.02';

/** A value that may be left out: the study then decides by its data. */
export function optional<Value>(option: StudyOption<Value>): StudyOption<Value | undefined> {
  return {
    ...option,
    schema: option.schema.optional(),
    default: undefined,
    write: (value) => option.write(value as Value),
  };
}

/** Falling shares of weights kept: `0.2,0.05,0.02`. */
export function densities({ help, default: usual }: About<readonly number[]>): StudyOption<readonly number[]> {
  return {
    schema: z.array(z.number()).refine(areFalling),
    help,
    placeholder: 'list',
    default: usual,
    expected: falling,
    read: (text) => text.split(',').map(numberOf),
    write: (value) => value.join(','),
  };
}

/** Falling shares, or none of them. */
export function densitiesOrNone({ help, default: usual }: About<readonly number[]>): StudyOption<readonly number[]> {
  return {
    schema: z.array(z.number()).refine((values) => values.length === 0 || areFalling(values)),
    help,
    placeholder: 'list',
    default: usual,
    expected: `${falling}, or none`,
    read: (text) => (text === 'none' ? [] : text.split(',').map(numberOf)),
    write: (value) => (value.length === 0 ? 'none' : value.join(',')),
  };
}

/** A share above 0 and below 1. */
export function share({ help, default: usual }: About<number>): StudyOption<number> {
  return {
    schema: z.number().gt(0).lt(1),
    help,
    placeholder: 'share',
    default: usual,
    expected: 'a share above 0 and below 1, such as 0.5',
    read: numberOf,
    write: String,
  };
}

/** A number above 0. */
export function positive({
  help,
  default: usual,
  what = 'number',
  unit,
}: About<number> & { readonly what?: string; readonly unit: string }): StudyOption<number> {
  return {
    schema: z.number().gt(0),
    help,
    placeholder: unit,
    default: usual,
    expected: `a ${what} above 0, such as 0.1`,
    read: numberOf,
    write: String,
  };
}

/** A whole number. */
export function count({
  help,
  default: usual,
  least,
  most,
}: About<number> & { readonly least: number; readonly most?: number }): StudyOption<number> {
  const schema = z.int().gte(least);
  return {
    schema: most === undefined ? schema : schema.lte(most),
    help,
    placeholder: 'n',
    default: usual,
    expected: most === undefined ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`,
    read: numberOf,
    write: String,
  };
}

/** One of some words. */
export function choice<Name extends string>(
  names: readonly Name[],
  { help, default: usual, placeholder }: About<Name> & { readonly placeholder: string },
): StudyOption<Name> {
  return {
    schema: z.enum(names as readonly [Name, ...Name[]]),
    help,
    placeholder,
    default: usual,
    expected: new Intl.ListFormat('en', { type: 'disjunction' }).format(names),
    wrong: (text) => {
      const hint = didYouMean(text, names);
      return hint === '' ? null : `unknown choice ${text}${hint}`;
    },
    read: (text) => text,
    write: (value) => value,
  };
}

/** One of some words, or `none`, which is null. */
export function choiceOrNone<Name extends string>(
  names: readonly Name[],
  about: About<Name | null> & { readonly placeholder: string },
): StudyOption<Name | null> {
  const {
    schema,
    before: _before,
    ...rest
  } = choice([...names, 'none' as const], { ...about, default: about.default ?? 'none' });
  return {
    ...rest,
    schema: z.union([z.null(), z.enum(names as readonly [Name, ...Name[]])]),
    default: about.default,
    read: (text) => (text === 'none' ? null : text),
    write: (value) => value ?? 'none',
  };
}

/** Several of some words, each once, with commas between. */
export function several<Name extends string>(
  names: readonly Name[],
  { help, default: usual, what }: About<readonly Name[]> & { readonly what: string },
): StudyOption<readonly Name[]> {
  return {
    schema: z.array(z.enum(names as readonly [Name, ...Name[]])).min(1),
    help,
    placeholder: 'names',
    default: usual,
    expected: `some of ${names.join(', ')}`,
    wrong: unknownWord(what, names),
    read: (text) => [...new Set(wordsOf(text))],
    write: (value) => value.join(','),
  };
}

/** Lengths with commas between: `0,500,2ep`. */
export function lengths({ help, default: usual }: About<readonly Length[]>): StudyOption<readonly Length[]> {
  const isLength = (value: unknown) => lengthSchema(0).safeParse(value).success;
  const read = (word: string) => (/^\d+$/.test(word) ? Number(word) : word);
  return {
    schema: z.array(lengthSchema(0)).min(1),
    help,
    placeholder: 'list',
    default: usual,
    expected: 'iterations or epochs with commas between, such as 0,500,2ep',
    wrong: (text) => {
      const word = text
        .split(',')
        .map((part) => part.trim())
        .find((part) => !isLength(read(part)));
      if (word === undefined) return null;
      return `${word === '' ? 'an empty word' : word} is not a time in the dense training; expected iterations or epochs with commas between, such as 0,500,2ep.`;
    },
    read: (text) => text.split(',').map((part) => read(part.trim())),
    write: (value) => value.join(','),
  };
}

/** Yes or no: `--name`, or `--no-name` where yes is the default. */
export function onOff({ help, default: usual }: About<boolean>): StudyOption<boolean> {
  return {
    schema: z.boolean(),
    help,
    placeholder: null,
    default: usual,
    expected: 'true or false',
    read: (text) => (text === 'true' ? true : text === 'false' ? false : text),
    write: String,
  };
}

/** `trainingExamples` as a flag: `training-examples`. */
export const flagName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An option's value, given as text. @throws InputError that says what was given and what is expected */
export function readOption<Value>(name: string, option: StudyOption<Value>, text: string): Value {
  const read = option.schema.safeParse(option.read(text));
  if (read.success) return read.data;
  throw new InputError(option.wrong?.(text) ?? `expected ${option.expected}.`, { cause: name });
}

const schemaOf = (options: Readonly<Record<string, AnyOption>>) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(options).map(([name, { schema, help, default: usual }]) => [
        name,
        (usual === undefined ? schema : schema.default(usual)).meta({ description: help }),
      ]),
    ),
  );

/**
 * A study's options, given as data: from a file, a form, a request.
 *
 * @param given what is left out has its default
 * @throws InputError that says which option, what was given, and what is expected
 */
export function parseOptions<Options extends Readonly<Record<string, AnyOption>>>(
  options: Options,
  given: unknown = {},
): ValuesOf<Options> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InputError(`options are ${shown(given)}; expected an object such as {"densities": [0.2]}.`);
  }
  const names = Object.keys(options);
  for (const [name, value] of Object.entries(given)) {
    const option = options[name];
    if (option === undefined) {
      throw new InputError(`unknown option ${name}${didYouMean(name, names) || `; options are ${names.join(', ')}.`}`);
    }
    if (value !== undefined && !option.schema.safeParse(value).success) {
      throw new InputError(`${name} is ${shown(value)}; expected ${option.expected}.`);
    }
  }
  return schemaOf(options).parse(given) as ValuesOf<Options>;
}

/** An option that a study has since some version, and what it did before. */
export const since = <Value>(option: StudyOption<Value>, before: Value): StudyOption<Value> => ({ ...option, before });

/**
 * A study's options as a record has them: options that it did not have yet when the record was made are what it did then.
 *
 * @throws InputError as `parseOptions` does
 */
export function recordedOptions<Options extends Readonly<Record<string, AnyOption>>>(
  options: Options,
  recorded: Readonly<Record<string, unknown>>,
): ValuesOf<Options> {
  const earlier = Object.entries(options).flatMap(([name, { before }]) =>
    before === undefined || recorded[name] !== undefined ? [] : [[name, before] as const],
  );
  return parseOptions(options, { ...recorded, ...Object.fromEntries(earlier) });
}

/** JSON Schema of a study's options, for editors and forms. */
export function optionsJsonSchema(options: Readonly<Record<string, AnyOption>>): object {
  return z.toJSONSchema(schemaOf(options), { io: 'input' });
}

/** The words of a command that give these values: those that differ from the defaults. */
export function optionWords<Options extends Readonly<Record<string, AnyOption>>>(
  options: Options,
  values: ValuesOf<Options>,
): string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const value = values[name] as unknown;
    if (value === undefined || JSON.stringify(value) === JSON.stringify(option.default)) return [];
    if (option.placeholder === null) return [`--${value ? '' : 'no-'}${flagName(name)}`];
    return [`--${flagName(name)}`, option.write(value)];
  });
}
