import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { didYouMean } from '../../experiments/suggest.js';
import { readYaml } from '../../experiments/yaml.js';
import { InputError } from '../../networks/errors.js';
import { layout } from '../store/layout.js';
import { slurmSeconds } from './duration.js';

/** What a cluster wants to be told of a job. Absent values are the cluster's own defaults. */
export interface SlurmSettings {
  readonly account?: string | undefined;
  readonly partition?: string | undefined;
  readonly qos?: string | undefined;
  /** Time limit of an array task, in Slurm's format: `90`, `2:00:00`, `1-12`. */
  readonly time?: string | undefined;
  /** Processors of an array task, and so its training threads. */
  readonly cpus: number;
  /** Memory of an array task: `4G`. */
  readonly memory?: string | undefined;
  readonly constraint?: string | undefined;
  readonly gres?: string | undefined;
  /** Lines of shell before the command: modules, paths. */
  readonly lines: readonly string[];
  /** Further options of sbatch, each as one text: `--exclusive`, `--nice=100`. */
  readonly flags: readonly string[];
  /** The most array tasks at once. */
  readonly most: number;
  /** Path of Node on the cluster's machines. */
  readonly node: string;
}

export type SlurmSetting = keyof SlurmSettings;

/** What a directive can hold: sbatch knows no way to write a quotation mark or a backslash within quotation marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const unsafe = /[\u0000-\u001f\u007f"\\]/;

/** Whether a text can be the value of a directive in a batch script. */
export const fitsDirective = (text: string): boolean => text !== '' && !unsafe.test(text);

const text = z.union([z.string(), z.int().nonnegative()]).transform(String).refine(fitsDirective);

const list = (fits: (line: string) => boolean) =>
  z
    .union([z.string().transform((line) => [line]), z.array(z.string())])
    .transform((lines) => lines.flatMap((line) => line.replace(/\n$/, '').split('\n')))
    .refine((lines) => lines.every(fits));

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/;

const shape = {
  account: text,
  partition: text,
  qos: text,
  time: text.refine((time) => (slurmSeconds(time) ?? 0) > 0),
  cpus: z.int().min(1).max(4096),
  memory: text.refine((memory) => /^\d+[KMGT]?$/i.test(memory)),
  constraint: text,
  gres: text,
  lines: list((line) => !control.test(line) && !/^\s*#SBATCH\b/.test(line)),
  flags: list((flag) => /^(--[a-z][a-z-]*|-[A-Za-z])(=.+)?$/.test(flag) && fitsDirective(flag)),
  most: z.int().min(1).max(1_000_000),
  node: z.string().refine((path) => path.startsWith('/') && !control.test(path) && !path.includes('\n')),
} satisfies Record<SlurmSetting, z.ZodType>;

const word = 'a text on one line, without quotation marks and backslashes';

/** What is expected of each setting, for messages and help. */
export const expectations: Readonly<Record<SlurmSetting, string>> = {
  account: word,
  partition: word,
  qos: word,
  time: "a time limit in Slurm's format, such as 90 (minutes), 2:00:00 or 1-12 (days-hours)",
  cpus: 'a whole number of processors, at least 1',
  memory: 'a size such as 4G',
  constraint: word,
  gres: word,
  lines: 'lines of shell, such as [module load nodejs]; what sbatch should know belongs in flags, not in #SBATCH lines',
  flags: 'options of sbatch, one text each, such as [--exclusive, --nice=100], without quotation marks and backslashes',
  most: 'a whole number of array tasks, at least 1',
  node: 'the absolute path of Node',
};

const schema = z.strictObject(shape).partial();

export type SlurmInput = z.output<typeof schema>;

/** Settings that are code, or may name some. */
const code = ['lines', 'flags', 'node'] as const satisfies readonly SlurmSetting[];

/**
 * Settings as a person wrote them.
 *
 * @param origin where: the path of a file, or the option of a command line
 * @throws InputError naming where, the setting, what was given and what was expected
 */
export function readSettings(value: unknown, origin: string): SlurmInput {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(`${origin} holds no settings; expected lines such as partition: short.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue.code === 'unrecognized_keys') {
    const names = Object.keys(shape);
    const [unknown] = issue.keys;
    throw new InputError(
      `${origin}: unknown setting ${unknown}${didYouMean(unknown, names) || `; settings are ${names.join(', ')}.`}`,
    );
  }
  const setting = issue.path[0] as SlurmSetting;
  const given = JSON.stringify((value as Record<string, unknown>)[setting]);
  throw new InputError(`${origin}: ${setting} is ${given}; expected ${expectations[setting]}.`);
}

/** One `key=value` of a command line, its value YAML. @throws InputError as `readSettings` */
export function readAssignment(assignment: string): SlurmInput {
  const origin = `--slurm ${assignment}`;
  const equals = assignment.indexOf('=');
  if (equals < 1) throw new InputError(`${origin}: expected key=value, such as partition=short.`);
  let value: unknown;
  try {
    value = readYaml(assignment.slice(equals + 1));
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${origin}: the value: ${error.message}`) : error;
  }
  return readSettings({ [assignment.slice(0, equals).trim()]: value }, origin);
}

/** Where settings of a person lie, for every store. */
export function ownSettingsFile(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'lottery-lab', 'slurm.yaml');
}

/** Where settings of a store lie. */
export const storeSettingsFile = layout.slurmSettings;

/** What a file says; nothing where there is none. */
function readFile(path: string): SlurmInput {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new InputError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = readYaml(content);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${path}: ${error.message}`) : error;
  }
  return value === null || value === undefined ? {} : readSettings(value, path);
}

export interface SettingsPlaces {
  readonly store: string;
  /** `key=value` of the command line, in order. */
  readonly given?: readonly string[];
  /**
   * Whether the store's file may have lines of shell, options of sbatch and another Node: a store may come from anywhere, so that
   * what it says is executed only where this command line says so.
   */
  readonly allowCode?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * The settings of a submission: defaults, which are overridden by the person's own file, that by the store's, and that by the
 * command line.
 *
 * @throws InputError naming where, the setting, what was given and what was expected
 */
export function slurmSettings({ store, given = [], allowCode, environment }: SettingsPlaces): SlurmSettings {
  const defaults: SlurmSettings = { cpus: 1, lines: [], flags: [], most: 100, node: process.execPath };
  const file = storeSettingsFile(store);
  const ofStore = readFile(file);
  const executed = code.filter((setting) => ofStore[setting] !== undefined);
  if (executed.length > 0 && !allowCode) {
    throw new InputError(
      `${file} sets ${executed.join(' and ')}, which is code; code that a file of a store names runs only when this command line says so: add --allow-code, or move it to ${ownSettingsFile(environment)}.`,
    );
  }
  return Object.assign({ ...defaults }, readFile(ownSettingsFile(environment)), ofStore, ...given.map(readAssignment));
}
