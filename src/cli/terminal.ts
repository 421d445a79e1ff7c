import type { WriteStream } from 'node:tty';

/** A stream that people may be looking at. */
export type Output = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** Whether a stream is a terminal that understands cursor movement. */
export function isLive(output: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && environment.TERM !== 'dumb' && !environment.CI;
}

/** Whether to colour: a terminal, and nobody said no (no-color.org). */
export function wantsColour(output: Output, environment: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && environment.TERM !== 'dumb' && !environment.NO_COLOR;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof codes;

/** Puts a style around a text. */
export type Paint = (style: Style, text: string) => string;

/** How to style texts for one stream: with ANSI codes, or not at all. */
export function paintFor(output: Output, environment: NodeJS.ProcessEnv = process.env): Paint {
  if (!wantsColour(output, environment)) return (_style, text) => text;
  return (style, text) => `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m`;
}

/** `1:05:09`, `4:32`, `0:07`. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `5 s`, `3 min`, `2 h 10 min`: for sentences. */
export function roughTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A share of 1 as percent: `98.24%`. */
export function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)}%` : 'n/a';
}

/** `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `3.2e15` as `3.2 PFLOP`. */
export function flopText(flops: number): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
  let value = flops;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}FLOP`;
}

/** `12.3 MB`. */
export function byteText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Matches ANSI styles, which take no room on the screen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an ANSI sequence starts with the escape character.
const ansi = /\u001b\[[0-9;]*m/g;

/** Columns a text takes on the screen. */
export function visibleWidth(text: string): number {
  return [...text.replace(ansi, '')].length;
}

/**
 * A plain table: columns as wide as their widest entry, two spaces between.
 *
 * @param align one letter a column: `l` left, `r` right
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: string,
  paint: Paint,
): string {
  const widths = header.map((title, column) =>
    Math.max(visibleWidth(title), ...rows.map((row) => visibleWidth(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const room = ' '.repeat(widths[column] - visibleWidth(cell));
        return align[column] === 'r' ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd();
  return [paint('bold', line(header)), ...rows.map(line)].join('\n');
}

/** Breaks a text into lines of at most `width` columns, at spaces. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && visibleWidth(line) + 1 + visibleWidth(word) > width - indent.length) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(indent + line);
  return lines.join('\n');
}

/** Columns of help texts: those of the terminal, within reason. */
export const helpWidth = (output: Output = process.stdout): number =>
  Math.min(Math.max(60, output.columns ?? 100), 120);

/** Wraps paragraphs; lines that are indented, such as those of a list, stay as they are. */
export function wrapParagraphs(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' || line.startsWith(' ') ? line : wrap(line, width)))
    .join('\n');
}

/** Cuts a text to a width, the last column an ellipsis. */
export function cutTo(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
