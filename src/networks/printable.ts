/** Text from outside, as it may be shown on a terminal and written into a page. */

/** Control characters but line ends and tabs, and marks that change the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text whose control characters stand as `\x1b`, so that no terminal obeys them. */
export function printable(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** Whether every text in plain data, keys included, may be shown as it is. */
export function isPrintable(value: unknown): boolean {
  if (typeof value === 'string') return printable(value) === value;
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => printable(key) === key && isPrintable(inner));
}
