import * as z from 'zod';

/** A length of training: a number of iterations, or epochs with their unit, such as `160ep`. */
export type Length = number | `${number}ep`;

/** More iterations than any run has; they are counted in 32 bits. */
export const LONGEST = 100_000_000;

const expectation = 'expected iterations, such as 20000 or 20000it, or epochs, such as 160ep';

/** What a person may have meant by a text that is no length. */
function meant(text: string): string | undefined {
  const parts = /^\s*(\d[\d,_ ]*)(k?)\s*([a-z]*)\.?\s*$/i.exec(text);
  if (parts === null) return undefined;
  const count = Number(parts[1].replace(/[,_ ]/g, '')) * (parts[2] === '' ? 1 : 1000);
  const unit = parts[3].toLowerCase();
  if ('epochs'.startsWith(unit) && unit !== '') return `${count}ep`;
  if ('iterations'.startsWith(unit) || 'steps'.startsWith(unit)) return `${count}it`;
  return undefined;
}

function readLength(text: string, least: number): { readonly length: Length } | { readonly trouble: string } {
  const parts = /^(\d{1,9})(it|ep)$/.exec(text);
  if (parts === null) {
    if (/\d(it|ep)\d/.test(text)) return { trouble: 'expected one unit: iterations (it) or epochs (ep)' };
    const other = meant(text);
    return { trouble: `${expectation}${other === undefined ? '' : `; did you mean ${other}?`}` };
  }
  const count = Number(parts[1]);
  if (count < least) return { trouble: `expected at least ${least}` };
  if (count > LONGEST) return { trouble: `expected at most ${LONGEST}` };
  return { length: parts[2] === 'ep' ? `${count}ep` : count };
}

/**
 * A length as a person writes it: 20000, `20000it` or `160ep`. Iterations become plain numbers, so that both ways of
 * writing them are one specification.
 */
export function lengthSchema(least: number) {
  return z
    .union([
      z.int().min(least).max(LONGEST),
      z.string().meta({ pattern: '^[0-9]{1,9}(it|ep)$', description: 'Iterations (20000it) or epochs (160ep).' }),
    ])
    .transform((value, context): Length => {
      if (typeof value === 'number') return value;
      const read = readLength(value, least);
      if ('length' in read) return read.length;
      context.issues.push({ code: 'custom', input: value, message: read.trouble });
      return z.NEVER;
    });
}

/**
 * Steps of one epoch: the whole batches in the training examples. The last examples of an epoch's order that fill no
 * batch are left out of it, so 45,000 examples in batches of 64 are 703 steps, not 704.
 *
 * @param examples training examples, those held out for validation not counted
 */
export function epochSteps(examples: number, batch: number): number {
  return Math.floor(examples / batch);
}

/** A length in iterations. */
export function iterationsOf(length: Length, epoch: number): number {
  return typeof length === 'number' ? length : Number(length.slice(0, -2)) * epoch;
}

/** Whether one length is more than another; undefined while their units differ and the data are not known. */
export function exceeds(a: Length, b: Length): boolean | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a > b;
  if (typeof a === 'string' && typeof b === 'string') return iterationsOf(a, 1) > iterationsOf(b, 1);
  return undefined;
}
