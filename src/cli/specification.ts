import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { formatCount } from '../analysis/format.js';
import { isModulePath } from '../experiments/own-score.js';
import { inherit, presetInput, presets, quicken } from '../experiments/presets.js';
import type { RunSpecification } from '../experiments/schema.js';
import { type Assignment, assign, parseAssignment } from '../experiments/set.js';
import { didYouMean } from '../experiments/suggest.js';
import { validateSpecification } from '../experiments/validate.js';
import { readYaml } from '../experiments/yaml.js';
import { InputError } from '../networks/errors.js';
import { expandHome } from '../node/data/home.js';
import { loadScores, pinScore } from '../node/own-scores.js';
import { asUsage, UsageError } from './errors.js';
import { grouped } from './terminal.js';

export interface SpecificationOptions {
  /** `path=value` texts, applied in order. */
  readonly set?: readonly string[];
  readonly trials?: number;
  readonly levels?: number;
  /** The preset's quick form. */
  readonly quick?: boolean;
  /** Whether a score may be code that a file names, and not the command line. */
  readonly allowCode?: boolean;
}

/** The note on what a quick form is, printed before its results. */
export function quickNote(target: string, { trials, levels, iterations, data }: RunSpecification): string {
  const length =
    typeof iterations === 'number' ? `${grouped(iterations)} iterations` : iterations.replace('ep', ' epochs');
  const examples = data.train === undefined ? '' : ` on ${grouped(data.train)} examples`;
  return `Quick form of ${target}: shows the same effect at about a hundredth of the cost, with ${formatCount(trials, 'trial')}, ${formatCount(levels, 'level')} and ${length} a network${examples}. Its numbers are not those of the full settings.`;
}

/** A text as one word of a shell's command line. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** The command that makes a run again, without what does not affect any result: workers, folders, output. */
export function runCommand(
  target: string,
  { set = [], trials, levels, quick, allowCode }: SpecificationOptions,
): string {
  const words = ['lottery', 'run', target];
  if (quick) words.push('--quick');
  for (const assignment of set) words.push('--set', assignment);
  if (trials !== undefined) words.push('--trials', String(trials));
  if (levels !== undefined) words.push('--levels', String(levels));
  if (allowCode) words.push('--allow-code');
  return words.map(shellWord).join(' ');
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A score's module, relative to the file that names it. */
function besideFile(score: unknown, path: string): unknown {
  if (isModulePath(score)) return resolve(dirname(path), score);
  if (typeof score !== 'object' || score === null || !('module' in score)) return score;
  return typeof score.module === 'string' ? { ...score, module: resolve(dirname(path), score.module) } : score;
}

/** What a file of settings says. */
function settingsOf(path: string): unknown {
  try {
    return readYaml(readFileSync(path, 'utf8'));
  } catch (error) {
    throw error instanceof InputError ? new UsageError(`${path}: ${error.message}`) : error;
  }
}

function readSpecificationFile(path: string, quick: boolean): Record<string, unknown> {
  const own = settingsOf(path);
  if (typeof own !== 'object' || own === null || Array.isArray(own)) {
    throw new UsageError(`${path} holds no settings; expected lines such as extends: lenet-mnist.`);
  }
  const settings = own as Record<string, unknown>;
  const data = settings.data;
  if (typeof data === 'object' && data !== null && 'path' in data && typeof data.path === 'string') {
    settings.data = { ...data, path: resolve(dirname(path), expandHome(data.path)) };
  }
  const pruning = settings.pruning;
  if (typeof pruning === 'object' && pruning !== null && 'score' in pruning) {
    settings.pruning = { ...pruning, score: besideFile(pruning.score, path) };
  }
  const stem = basename(path, extname(path));
  const named = /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(stem) ? { name: stem } : {};
  const whole = inherit({ ...named, ...settings }, path) as Record<string, unknown>;
  if (!quick) return whole;
  if (typeof settings.extends !== 'string') {
    throw new UsageError(
      `--quick: ${path} extends no preset, and only presets have a quick form; set fewer iterations, levels or trials.`,
    );
  }
  return quicken(whole, settings.extends);
}

/**
 * The specification of a preset's name or of a YAML or JSON file, with the command line's changes over it.
 *
 * @throws UsageError for an unknown preset, an unreadable file, and every mistake in the settings
 */
export function loadSpecification(target: string, options: SpecificationOptions): RunSpecification {
  return asUsage(() => {
    let input: Record<string, unknown>;
    if (Object.hasOwn(presets, target)) {
      input = presetInput(target);
      if (options.quick) input = quicken(input, target);
    } else if (isFile(target)) {
      input = readSpecificationFile(target, options.quick === true);
    } else {
      const known = Object.keys(presets);
      const hint = didYouMean(target, known);
      throw new UsageError(
        `${target} is neither a preset nor a file${hint === '' ? `; presets are ${known.join(', ')}.` : hint}`,
      );
    }
    for (const text of options.set ?? []) input = assign(input, assignmentOf(text));
    if (options.trials !== undefined) input = { ...input, trials: options.trials };
    if (options.levels !== undefined) input = { ...input, levels: options.levels };
    const specification = validateSpecification(input, target);
    refuseCode(specification, target, options);
    return pinScore(specification);
  });
}

/**
 * Code runs when a person names it on the command line: a file of settings may come from anywhere.
 *
 * @throws UsageError when a file names a score that is code, and the command line does not
 */
function refuseCode({ pruning: { score } }: RunSpecification, target: string, options: SpecificationOptions): void {
  const module = typeof score === 'string' ? score : score.module;
  if (options.allowCode || (typeof score === 'string' && !isModulePath(score))) return;
  const isNamed = (options.set ?? []).some((text) => /^pruning(\.score|=)/.test(text.trim()));
  if (isNamed) return;
  throw new UsageError(
    `${target}: pruning.score is ${module}, which is code; code that a file names runs only when this command line says so: add --set pruning.score=${shellWord(module)}, or --allow-code.`,
  );
}

/** @throws UsageError when the module of a user's own score cannot be loaded or holds none */
export async function checkScore({ pruning: { score } }: RunSpecification): Promise<void> {
  if (typeof score === 'string') return;
  try {
    await loadScores([score]);
  } catch (error) {
    throw error instanceof InputError ? new UsageError(error.message) : error;
  }
}

/** What a `--set` asks for. */
function assignmentOf(text: string): Assignment {
  try {
    return parseAssignment(text);
  } catch (error) {
    throw error instanceof InputError ? new UsageError(`--set ${error.message}`) : error;
  }
}
