import * as z from 'zod';
import { type Length, LONGEST } from './length.js';

const expectation = 'expected iterations, such as 20000 or 20000it, or epochs, such as 160ep';

/** What a person may have meant by an invalid length. */
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
