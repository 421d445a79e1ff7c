import { InputError } from '../networks/errors.js';
import { drawnScores, type Score, type ScoreName, scoresOfExamples } from '../tickets/index.js';

/** A user's own score, by the module that holds it. */
export interface OwnScore {
  /** Where it was found, for display and for loading; not part of a cell's name. */
  readonly module: string;
  /** SHA-256 of the module's text, in hex: what the score is known by. */
  readonly digest: string;
}

/** A score by name, or one's own. */
export type ChosenScore = ScoreName | OwnScore;

/** The user's own scores by digest, loaded. */
export type OwnScores = ReadonlyMap<string, Score>;

/** Endings of modules that may hold a score. */
export const moduleEndings = ['.mjs', '.js', '.mts', '.ts'] as const;
export type ModulePath = `${string}${(typeof moduleEndings)[number]}`;

/** Whether a text is the path of a module rather than a score's name. */
export function isModulePath(score: unknown): score is ModulePath {
  return typeof score === 'string' && moduleEndings.some((ending) => score.endsWith(ending));
}

/**
 * A score whose module, if it has one, is known by its digest.
 *
 * @throws InputError for a path alone
 */
export function pinned(score: ChosenScore | ModulePath): ChosenScore {
  if (!isModulePath(score)) return score;
  throw new InputError(
    `pruning.score is ${score}, a module that was not read; expected its path and digest, {module, digest}, as pinScore of lottery-lab/node returns them.`,
  );
}

/** What a score is known by in names. */
export function identityOfScore(score: ChosenScore | ModulePath): unknown {
  return typeof score === 'string' ? score : { digest: score.digest };
}

/** Whether a mask's specification must hold a seed for it: one's own is given one, whether it draws or not. */
export function needsSeed(score: ChosenScore): boolean {
  return typeof score !== 'string' || drawnScores.has(score);
}

/** Whether a mask's specification must say which examples it is measured on: likewise. */
export function mayNeedExamples(score: ChosenScore): boolean {
  return typeof score !== 'string' || scoresOfExamples.has(score);
}

/**
 * The score itself.
 *
 * @throws InputError when one of one's own was not loaded
 */
export function scoreOf(score: ChosenScore, own: OwnScores): ScoreName | Score {
  if (typeof score === 'string') return score;
  const found = own.get(score.digest);
  if (found !== undefined) return found;
  throw new InputError(
    `the score of ${score.module} (SHA-256 ${score.digest.slice(0, 12)}...) is needed but was not loaded; expected it among the scores given, by that digest.`,
  );
}

type Scored = { readonly score: ChosenScore } | { readonly kind: 'found' };

/** The score of one's own that a cell's mask is found by, or the mask that its own is like; null where there is none. */
export function ownScoreOf({ mask }: { readonly mask: Scored | { readonly like: Scored } | null }): OwnScore | null {
  if (mask === null) return null;
  const made = 'like' in mask ? mask.like : mask;
  return 'score' in made && typeof made.score !== 'string' ? made.score : null;
}
