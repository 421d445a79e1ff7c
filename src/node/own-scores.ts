import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isModulePath, type OwnScore, type OwnScores } from '../experiments/own-score.js';
import type { RunSpecification } from '../experiments/schema.js';
import { InputError } from '../networks/errors.js';
import { asScore, type Score } from '../tickets/index.js';

function digestOf(module: string): string {
  try {
    return createHash('sha256').update(readFileSync(module)).digest('hex');
  } catch (error) {
    throw new InputError(
      `pruning.score: ${module} cannot be read (${(error as Error).message}); expected a module whose default export is a score.`,
    );
  }
}

/**
 * A specification whose score, if it is a module, is known by the digest of its text. A path is relative to the working
 * folder.
 *
 * @throws InputError when the module cannot be read
 */
export function pinScore(specification: RunSpecification): RunSpecification {
  const { score } = specification.pruning;
  if (typeof score === 'string' && !isModulePath(score)) return specification;
  const module = resolve(typeof score === 'string' ? score : score.module);
  const digest = typeof score === 'string' ? digestOf(module) : score.digest;
  return { ...specification, pruning: { ...specification.pruning, score: { module, digest } } };
}

const loaded = new Map<string, Score>();

/** The user's own scores that are named, loaded from their modules and checked, by digest: what `executeCell` takes. */
export async function loadScores(named: readonly OwnScore[]): Promise<OwnScores> {
  const found = new Map<string, Score>();
  for (const own of named) found.set(own.digest, loaded.get(own.digest) ?? (await load(own)));
  return found;
}

/** @throws InputError when the file differs from the one that was named, cannot be loaded, or exports no score */
async function load({ module, digest }: OwnScore): Promise<Score> {
  const found = digestOf(module);
  if (found !== digest) {
    throw new InputError(
      `${module} has changed: the score that is asked for has SHA-256 ${digest.slice(0, 12)}..., the file now has ${found.slice(0, 12)}.... Put it back as it was, or begin a new run with this one.`,
    );
  }
  if (/\.m?ts$/.test(module) && !stripsTypes()) {
    throw new InputError(
      `${module} is TypeScript, which Node ${process.versions.node} does not run; expected Node 22.18 or later, or the same score as JavaScript in a file that ends in .mjs.`,
    );
  }
  let exported: { readonly default?: unknown };
  try {
    // The digest in the address prevents the module cache from returning an earlier version of the file.
    exported = (await import(`${pathToFileURL(module).href}?${digest}`)) as typeof exported;
  } catch (error) {
    throw new InputError(`${module} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const score = asScore(exported.default, `the default export of ${module}`);
  loaded.set(digest, score);
  return score;
}

function stripsTypes(): boolean {
  return Boolean((process.features as { readonly typescript?: string | false }).typescript);
}
