import { type Score, type ScoreName, scores } from '../tickets/index.js';
import { isModulePath } from './own-score.js';
import type { RunSpecification } from './schema.js';

type Pruning = RunSpecification['pruning'];

/** What GraSP's authors divide logits by. */
const TEMPERATURE = 200;

/** Whether a score is measured by the Hessian; of one's own that is not known before it is loaded. */
function usesHessian(score: Pruning['score']): boolean | 'perhaps' {
  if (typeof score !== 'string' || isModulePath(score)) return 'perhaps';
  const { needs = [] }: Score = scores[score as ScoreName];
  return needs.includes('hessian-gradient');
}

/**
 * Settings with the defaults of scores that are measured by the Hessian written out, so that they say by themselves how: GraSP as
 * its authors have it. A record from before there was a choice has neither setting; see `asRecorded`.
 */
export function withHessian(pruning: Pruning): Pruning {
  const { score, hessian = 'exact', temperature } = pruning;
  const uses = usesHessian(score);
  const isGiven = pruning.hessian !== undefined || temperature !== undefined;
  if (uses === false || (uses === 'perhaps' && !isGiven)) return pruning;
  if (hessian === 'finite-difference') return { ...pruning, hessian };
  return { ...pruning, hessian, temperature: temperature ?? (uses === true ? TEMPERATURE : 1) };
}

/** What does not go together of those settings, each as a sentence. */
export function hessianTrouble({ score, hessian, temperature }: Pruning): string[] {
  const found: string[] = [];
  const given = [
    ['hessian', hessian],
    ['temperature', temperature],
  ] as const;
  for (const [setting, value] of given) {
    if (value === undefined || usesHessian(score) !== false) continue;
    found.push(
      `pruning.${setting} is ${value}, but the score ${String(score)} uses no Hessian; remove it, or set pruning.score to grasp.`,
    );
  }
  if (found.length === 0 && hessian === 'finite-difference' && temperature !== undefined) {
    found.push(
      `pruning.temperature is ${temperature}, but pruning.hessian finite-difference is of the logits as they are; remove it, or set pruning.hessian to exact.`,
    );
  }
  return found;
}
