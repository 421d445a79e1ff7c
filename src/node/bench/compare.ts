import { AGREEMENT } from './findings.js';
import { ratiosOf } from './ratios.js';
import { isDisturbed, type Results } from './results.js';
import { ratioText } from './statistics.js';

/** A ratio in two runs. */
export interface Disagreement {
  readonly name: string;
  readonly first: number;
  readonly second: number;
  /** By how much the larger of both exceeds the smaller, as a share. */
  readonly by: number;
}

export interface RunComparison {
  /** Every ratio that both runs have, the largest disagreement first. */
  readonly ratios: readonly Disagreement[];
  /** Why the two can disagree, whatever was measured: another machine, a disturbed run. */
  readonly cautions: readonly string[];
  /** Whether every ratio agrees within five percent; false where there is none. */
  readonly agree: boolean;
}

/** Compares two runs of the benchmark, ratio by ratio. */
export function compareRuns(first: Results, second: Results): RunComparison {
  const others = new Map(ratiosOf(second).map(({ name, value }) => [name, value]));
  const ratios = ratiosOf(first)
    .flatMap(({ name, value }): Disagreement[] => {
      const other = others.get(name);
      if (other === undefined) return [];
      return [{ name, first: value, second: other, by: Math.max(value, other) / Math.min(value, other) - 1 }];
    })
    .sort((a, b) => b.by - a.by);
  const cautions: string[] = [];
  if (first.machine.processor !== second.machine.processor) {
    cautions.push(`The machines differ: ${first.machine.processor} and ${second.machine.processor}.`);
  }
  for (const [name, run] of Object.entries({ first, second })) {
    if (isDisturbed(run)) cautions.push(`The ${name} run was disturbed.`);
  }
  return { ratios, cautions, agree: ratios.length > 0 && ratios.every(({ by }) => by <= AGREEMENT) };
}

/** The comparison in words, the largest disagreements first. */
export function comparisonText({ ratios, cautions, agree }: RunComparison): string {
  if (ratios.length === 0) return ['The two runs have no ratio in common.', ...cautions, ''].join('\n');
  const percent = (by: number) => `${(100 * by).toFixed(1)}%`;
  const apart = ratios.filter(({ by }) => by > AGREEMENT).length;
  const verdict = agree
    ? `All ${ratios.length} ratios agree within 5%.`
    : `${apart} of ${ratios.length} ratios differ by more than 5%.`;
  const lines = ratios.map(
    ({ name, first, second, by }) =>
      `${percent(by).padStart(7)}  ${ratioText(first).padStart(6)} ${ratioText(second).padStart(6)}  ${name}`,
  );
  const largest = `The largest disagreement is ${percent(ratios[0].by)}: ${ratios[0].name}.`;
  return [verdict, largest, ...cautions, '', ' differ   first second', ...lines, ''].join('\n');
}
