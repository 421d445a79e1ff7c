// A page of results: its numbers, its tables, and what it declares not to be from its CSV files.
import { blank, numbersIn, withoutNames } from './numbers.mjs';

/** What is no prose: each pattern with its reason. */
const notProse = [
  // Comments are for whoever edits the page.
  /<!--[\s\S]*?-->/g,
  // Code and commands are settings.
  /^[ \t]*(?<fence>```+|~~~+)[^\n]*\n[\s\S]*?^[ \t]*\k<fence>[ \t]*$/gm,
  /(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])*?(?<!`)\1(?!`)/g,
  // Images have their numbers in a file.
  /^[ \t]*!\[.*$/gm,
  /!\[[^\]]*\]\([^)\n]*\)/g,
  // Where a link leads, and tags.
  /(?<=\])\([^)\n]*\)/g,
  /^[ \t]*\[[^\]]+\]:.*$/gm,
  /<?https?:\/\/[^\s>)]+>?/g,
  /<\/?[A-Za-z][^>\n]*>/g,
  // Numbers of a list's items.
  /^[ \t]*\d+[.)](?=[ \t])/gm,
];

const declaration = /<!--\s*not from the CSV files:([\s\S]*?)-->/g;

/** A text's parts between semicolons that are in no brackets. */
function itemsOf(text) {
  const items = [''];
  let depth = 0;
  for (const letter of text) {
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (letter === ';' && depth === 0) items.push('');
    else items[items.length - 1] += letter;
  }
  return items.map((item) => item.trim().replace(/\s+/g, ' ')).filter((item) => item !== '');
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Where a declared text stands in prose, as places from and to. */
function placesOf(text, prose) {
  const words = text.split(' ').map(escaped).join('\\s+');
  const pattern = new RegExp(`(?<![\\p{L}\\d]|\\d[.,])${words}(?![\\p{L}\\d]|[.,]\\d)`, 'giu');
  return [...prose.matchAll(pattern)].map((found) => [found.index, found.index + found[0].length]);
}

/** Marks the numbers that a page declares. @returns what is wrong with its declarations, each as a sentence */
function declare(source, prose, numbers) {
  const problems = [];
  for (const [, list] of source.matchAll(declaration)) {
    for (const item of itemsOf(list)) {
      const [, text] = /^(.+?) ?\([^()]+\)$/.exec(item) ?? [];
      if (text === undefined) {
        problems.push(`"${item}" is declared without its reason in brackets.`);
        continue;
      }
      const places = placesOf(text, prose);
      const own = numbers.filter(({ start, end }) => places.some(([from, to]) => start >= from && end <= to));
      for (const one of own) one.isDeclared = true;
      // What is spelled out has no digits to be found.
      const stands = /\d/.test(text) ? own.length > 0 : places.length > 0;
      if (!stands) problems.push(`"${text}" is declared and does not stand on the page.`);
    }
  }
  return problems;
}

const rule = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/;

/** A row's fields, each with its place on the page. */
function fieldsOf(line, start) {
  const fields = [];
  let from = line.indexOf('|') + 1;
  for (let at = from; at <= line.length; at++) {
    if (at < line.length && (line[at] !== '|' || line[at - 1] === '\\')) continue;
    if (at < line.length || line.slice(from).trim() !== '') {
      fields.push({ text: line.slice(from, at), start: start + from, end: start + at });
    }
    from = at + 1;
  }
  return fields;
}

/** Tables of a page: of each its head, as texts, and the rows below, as fields. */
function tablesOf(lines) {
  const tables = [];
  for (let at = 1; at < lines.length; at++) {
    if (!rule.test(lines[at].text) || !lines[at - 1].text.includes('|')) continue;
    const rows = [];
    const head = fieldsOf(lines[at - 1].text, 0).map(({ text }) => text);
    while (lines[++at]?.text.trim().startsWith('|')) {
      rows.push({ line: at, fields: fieldsOf(lines[at].text, lines[at].start) });
    }
    tables.push({ head, rows });
  }
  return tables;
}

/** Lines that belong together: a row of a table, an item of a list, a paragraph; by line the number of its block. */
function blocksOf(lines) {
  let block = 0;
  return lines.map(({ text }) => {
    if (/^\s*(?:$|\||[-*+][ \t]|\d+[.)][ \t]|#)/.test(text)) block++;
    return block;
  });
}

/** Characters between a number and its interval, at most: "97.70% (97.44 to 97.96)", "0.58 points below it (0.26 to 0.90)". */
const NEAR = 60;

/** Numbers of prose that belong together: an estimate and the ends of the interval in brackets behind it. */
function intervalsOf(prose, numbers) {
  return [...prose.matchAll(/\([^()]*?\bto\b[^()]*\)/g)].flatMap(({ 0: text, index }) => {
    const inside = numbers.filter(({ start, end }) => start >= index && end <= index + text.length);
    const at = inside.findIndex(
      ({ end }, place) =>
        place + 1 < inside.length && /^\s*%?\s+to\s+$/.test(prose.slice(end, inside[place + 1].start)),
    );
    const estimate = numbers.filter(({ end }) => end <= index && index - end <= NEAR).at(-1);
    if (at < 0 || estimate === undefined || /\n\s*\n/.test(prose.slice(estimate.end, index))) return [];
    const group = [estimate, inside[at], inside[at + 1]];
    return group.some(({ isDeclared }) => isDeclared) ? [] : [group];
  });
}

/**
 * A page's numbers, each with its line from 0; its tables, whose fields hold their numbers; the numbers of prose
 * that belong together; the blocks of its lines; and what is wrong
 * with its declarations.
 */
export function readPage(source) {
  const prose = notProse.reduce(blank, source);
  let start = 0;
  const lines = prose.split('\n').map((text) => {
    const line = { text, start };
    start += text.length + 1;
    return line;
  });
  let line = 0;
  const numbers = numbersIn(withoutNames(prose)).map((one) => {
    while (line + 1 < lines.length && lines[line + 1].start <= one.start) line++;
    return { ...one, line, isDeclared: false };
  });
  const tables = tablesOf(lines);
  for (const row of tables.flatMap(({ rows }) => rows)) {
    for (const field of row.fields) {
      field.numbers = numbers.filter((one) => one.start >= field.start && one.end <= field.end);
    }
  }
  const problems = declare(source, prose, numbers);
  return { numbers, tables, intervals: intervalsOf(prose, numbers), blocks: blocksOf(lines), problems };
}
