// Finds the numbers of a page of results again in the CSV files beside it.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { areTogether, finderOf, labelsOf, missingFrom, readFolder, sharedRows } from './csv.mjs';
import { readPage } from './page.mjs';

/** The page that sums the others up: its numbers are looked for where the links of their row or paragraph lead. */
const OVERVIEW = 'README';

/**
 * The numbers of a table's rows that are missing: all of a row have to be in one file, in rows that share its labels as far as a file has
 * them.
 */
function missingOfTable(table, files) {
  const columns = labelsOf(table);
  const shared = files.map((file) => ({ file, rows: sharedRows(file, columns, table.rows.length) }));
  return table.rows.flatMap(({ fields }, place) => {
    const numbers = fields.flatMap((field) => field.numbers).filter(({ isDeclared }) => !isDeclared);
    const named = shared.filter(({ rows }) => rows[place].isNamed);
    const tried = (named.length > 0 ? named : shared).map(({ file, rows }) => ({
      file: file.name,
      missing: missingFrom(rows[place].rows, numbers),
    }));
    const [best] = tried.sort((a, b) => a.missing.length - b.missing.length);
    return (best?.missing ?? numbers).map((shown) => ({ ...shown, nearest: best?.file ?? null }));
  });
}

/** The pages that each line's block links to. */
function linkedFrom(source, blocks) {
  const pages = new Map();
  source.split('\n').forEach((text, line) => {
    const own = [...text.matchAll(/\]\(([\w-]+)\.md(?:#[\w-]*)?\)/g)].map(([, name]) => name);
    pages.set(blocks[line], [...(pages.get(blocks[line]) ?? []), ...own]);
  });
  return (line) => [...new Set(pages.get(blocks[line]) ?? [])];
}

/** The numbers of the overview that are missing. */
function missingOfOverview(source, { numbers, blocks }, folder) {
  const linked = linkedFrom(source, blocks);
  const finders = new Map();
  const finderIn = (name) => {
    if (!finders.has(name)) finders.set(name, finderOf(readFolder(join(folder, name))));
    return finders.get(name);
  };
  return numbers.filter((shown) => !shown.isDeclared && !linked(shown.line).some((name) => finderIn(name)(shown)));
}

/** What is around a number, on its line. */
function contextOf(source, { start, end }) {
  const from = Math.max(source.lastIndexOf('\n', start - 1) + 1, start - 30);
  const to = source.indexOf('\n', end);
  return source.slice(from, Math.min(to < 0 ? source.length : to, end + 30)).trim();
}

/**
 * @param path of the page; its CSV files are in the folder of its name beside it
 * @returns how many numbers it has, found and declared; those that are missing; and other problems, each as a sentence
 */
export function checkPage(path) {
  const source = readFileSync(path, 'utf8');
  const page = readPage(source);
  const name = basename(path, '.md');
  const folder = path.slice(0, -3);
  const problems = [...page.problems];
  const open = page.numbers.filter(({ isDeclared }) => !isDeclared);
  let missing = open;
  if (name === OVERVIEW) {
    missing = missingOfOverview(source, page, join(folder, '..'));
  } else {
    const files = readFolder(folder);
    if (files.length > 0) {
      const isFound = finderOf(files);
      const inRows = new Set(page.tables.flatMap(({ rows }) => rows.map(({ line }) => line)));
      missing = [
        ...open.filter((shown) => !inRows.has(shown.line) && !isFound(shown)),
        ...page.intervals
          .filter(([{ line }, ...ends]) => !inRows.has(line) && !inRows.has(ends[0].line))
          .filter((group) => group.every((shown) => isFound(shown)) && !areTogether(files, group))
          .map(([estimate]) => ({ ...estimate, nearest: 'no row has it with its interval' })),
        ...page.tables.flatMap((table) => missingOfTable(table, files)),
      ].sort((a, b) => a.start - b.start);
    } else if (open.length > 0) {
      problems.push(`there is no CSV file in ${folder}; expected some, or every number declared.`);
    }
  }
  return {
    page: name,
    numbers: page.numbers.length,
    declared: page.numbers.length - open.length,
    found: open.length - missing.length,
    missing: missing.map((shown) => ({
      line: shown.line + 1,
      number: shown.text,
      context: contextOf(source, shown),
      // Of a row of a table the file that has most of its numbers; of an estimate that its interval is not beside it.
      ...(shown.nearest ? { nearest: shown.nearest } : {}),
    })),
    problems,
  };
}
