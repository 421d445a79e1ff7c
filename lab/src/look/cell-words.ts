import { formatDensity } from 'lottery-lab/analysis';
import type { CellSpecification } from 'lottery-lab/experiments';

const short = (id: string): string => `training ${id.slice(0, 12)}`;

type Mask = CellSpecification['mask'];

/** Where the mask of a cell comes from, in words, and how it changed in training where it did. */
export function maskOfCell({ mask, evolution }: Pick<CellSpecification, 'mask' | 'evolution'>): string {
  if (evolution === undefined || evolution === null) return maskText(mask);
  const before = mask === null ? 'none at first' : maskText(mask);
  return `${before}; changed by ${evolution.kind} while it trained`;
}

/** Where a mask comes from, in words. */
export function maskText(mask: Mask): string {
  if (mask === null) return 'none: every weight is kept';
  if (mask.kind === 'found') return `the one that ${short(mask.cell)} ended with`;
  if (mask.kind !== 'prune') {
    const how = {
      random: 'as many survivors in every layer, at random',
      shuffled: 'its outputs and inputs in a random order',
      inverted: 'as many from what it pruned',
    } as const;
    const known = Object.hasOwn(how, mask.kind)
      ? how[mask.kind as keyof typeof how]
      : `as many in all, spread at random (${mask.kind})`;
    return `${known}; made from ${maskText(mask.like)}`;
  }
  const kept =
    mask.density !== undefined
      ? `${formatDensity(mask.density)}% of weights kept`
      : mask.level !== undefined
        ? `level ${mask.level} of its ladder`
        : 'shares of layers';
  const score = typeof mask.score === 'string' ? mask.score : 'a score of its own';
  const from = mask.from === null ? 'its own first values' : `the final weights of ${short(mask.from)}`;
  return `pruned by ${score} (${mask.scope}), from ${from}: ${kept}`;
}

/** The values that it starts from, in words. */
export function startText(start: CellSpecification['start']): string {
  switch (start.kind) {
    case 'initial':
      return 'its initialisation';
    case 'rewind':
      return `the weights of ${short(start.cell)} at iteration ${start.iteration.toLocaleString('en')}`;
    case 'continue':
      return `the final weights of ${short(start.cell)}, going on as from iteration ${start.iteration.toLocaleString('en')}`;
    case 'reinitialise':
      return 're-initialised at random, by the same initialiser';
    case 'altered':
      return `${start.by}${start.amount === undefined ? '' : ` ${start.amount}`}, made from ${
        start.rewind === undefined
          ? 'its initialisation'
          : `the weights of ${short(start.rewind.cell)} at iteration ${start.rewind.iteration.toLocaleString('en')}`
      }`;
  }
}
