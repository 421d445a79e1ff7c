// The CSV files of a page, and where its numbers are in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fieldOf, isNumber, rangeOf } from './numbers.mjs';

/** The fields of CSV, row by row, the head first. */
export function rowsOf(csv) {
  const rows = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  while (field.lastIndex < csv.length) {
    const found = field.exec(csv);
    if (found === null) throw new Error(`a field at character ${field.lastIndex} is not closed.`);
    const [, quoted, plain, end] = found;
    rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** Every CSV file below a folder: its name, and its rows of fields. */
export function readFolder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => {
      try {
        const rows = rowsOf(readFileSync(join(folder, name), 'utf8'));
        return { name, rows: rows.map((row) => row.map(fieldOf)) };
      } catch (error) {
        throw new Error(`${join(folder, name)}: ${error.message}`);
      }
    });
}

/** Finds numbers anywhere in some files. */
export function finderOf(files) {
  const all = files.flatMap(({ rows }) => rows.flat().flatMap(({ forms }) => forms));
  const sorted = { signed: Float64Array.from(all).sort(), absolute: Float64Array.from(all, Math.abs).sort() };
  return (shown) => {
    const values = shown.isSigned ? sorted.signed : sorted.absolute;
    const [least, greatest] = rangeOf(shown);
    let [low, high] = [0, values.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < least) low = middle + 1;
      else high = middle;
    }
    return low < values.length && values[low] <= greatest;
  };
}

/** Columns of a page's table that can name its rows: the first ones, as long as each field is a text or a single number. */
const MOST_LABELS = 3;

/** A text without emphasis, in small letters; and the same without a citation in brackets behind it. */
function wordsOf(text) {
  const words = text
    .replace(/[*_[\]`]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  return [words, words.replace(/ ?\([^()]*\)$/, '')];
}

/** What a field names its row by; null where it is empty, undefined where it names nothing. */
function labelOf({ text, numbers } = { text: '', numbers: [] }) {
  if (text.trim() === '') return null;
  if (numbers.length === 0) return { kind: 'words', words: wordsOf(text) };
  const rest = text.replace(numbers[0].text, '').replace(/[\s%*_]/g, '');
  return numbers.length === 1 && rest === '' ? { kind: 'number', shown: numbers[0] } : undefined;
}

const names = (label, field) =>
  label.kind === 'words'
    ? wordsOf(field.text).some((words) => words !== '' && label.words.includes(words))
    : field.isOne && field.forms.some((form) => isNumber(label.shown, form));

/** Of a page's table the labels of each row, column by column. */
export function labelsOf({ head, rows }) {
  const columns = [];
  for (let column = 0; column < MOST_LABELS; column++) {
    const labels = rows.map(({ fields }) => labelOf(fields[column]));
    if (labels.includes(undefined) || labels.every((label) => label === null)) break;
    if (labels.some((label) => label?.kind === 'number') && !naming.test(head[column] ?? '')) break;
    columns.push(labels);
  }
  return columns;
}

/** Heads of columns whose numbers name rows; in others numbers are results. */
const naming = /\b(?:weights|density|level|Pm|trial|draw|iteration|round)\b/i;

/**
 * Rows of a file that share the labels of each row of a page's table, as far as the file has them: a column of the file names the rows
 * where it has all labels of one kind, words or numbers, that a column of the table has.
 *
 * @returns for each row of the table rows of the file, and whether any label narrowed them
 */
export function sharedRows({ rows: [, ...rows] }, columns, count) {
  const shared = Array.from({ length: count }, () => ({ rows, isNamed: false }));
  const width = Math.max(0, ...rows.map((row) => row.length));
  for (const labels of columns) {
    for (const kind of ['words', 'number']) {
      const own = labels.filter((label) => label?.kind === kind);
      if (own.length === 0) continue;
      const called = Array.from({ length: width }, (_, column) => column).filter((column) =>
        own.every((label) => rows.some((row) => row[column] !== undefined && names(label, row[column]))),
      );
      if (called.length === 0) continue;
      labels.forEach((label, place) => {
        if (label?.kind !== kind) return;
        const narrowed = shared[place].rows.filter((row) => called.some((column) => names(label, row[column])));
        if (narrowed.length > 0) shared[place] = { rows: narrowed, isNamed: true };
      });
    }
  }
  return shared;
}

/** Those of some numbers that are in none of some rows. */
export const missingFrom = (rows, numbers) =>
  numbers.filter((shown) => !rows.some((row) => row.some(({ forms }) => forms.some((form) => isNumber(shown, form)))));

/** Whether some row of some file has all of some numbers. */
export const areTogether = (files, numbers) =>
  files.some(({ rows }) => rows.some((row) => missingFrom([row], numbers).length === 0));
