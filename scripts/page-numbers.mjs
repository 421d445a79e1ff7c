// Finds every number of the pages of results again in the CSV files beside them.
//
//   npm run results                           every page of docs/results
//   npm run results -- --page figure-4        one of them
//   npm run results -- --except figure-4      all but this one; may be given several times
//   npm run results -- --in FOLDER            pages in another folder
//   npm run results -- --json                 as one JSON document
//
// A page `name.md` has its CSV files in the folder `name` beside it, and in folders below that. A number is found where one of a file rounds
// to it at its own count of decimals, as it is or as per cent; one without a sign may be the absolute value. All numbers of a row of a table
// have to be in one file, in rows that share its labels, and an estimate in prose in one row with the interval in brackets behind it. Settings, counts, words and the papers' numbers are declared on the page:
//
//   <!-- not from the CSV files: 50,000 iterations (setting); 38 (paper); five trials (setting) -->
//
// A declaration is for the places where its words stand, and is wrong where they no longer do. The overview, README.md, has no folder: its
// numbers are looked for in those of the pages that their row or paragraph links to.
//
// It ends with 0 where all is found, 1 where something is missing, 2 where it was asked for what there is not.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkPage } from './page-numbers/check.mjs';

const options = {
  page: { type: 'string' },
  except: { type: 'string', multiple: true, default: [] },
  in: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

function fail(message) {
  process.stderr.write(`page-numbers: ${message}\n`);
  process.exit(2);
}

function valuesOf() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(error.message);
  }
}

const help = `npm run results -- [options]

Finds every number of the pages of results again in the CSV files beside them. Ends with 0 where all is found, 1 where something is
missing, 2 where it was asked for what there is not.

  --page <name>     only this page, such as figure-4
  --except <name>   all pages but this one; repeatable
  --in <folder>     pages in another folder (default: docs/results)
  --json            print one JSON document
  --help`;

const {
  help: isHelp,
  page,
  except,
  in: folder = fileURLToPath(new URL('../docs/results', import.meta.url)),
  json,
} = valuesOf();
if (isHelp) {
  process.stdout.write(`${help}\n`);
  process.exit(0);
}
if (!existsSync(folder)) fail(`there is no folder ${folder}.`);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3))
  .sort();
if (names.length === 0) fail(`there is no page in ${folder}.`);
for (const name of [...(page === undefined ? [] : [page]), ...except]) {
  if (!names.includes(name)) fail(`there is no page ${name}; expected one of ${names.join(', ')}.`);
}
const asked = names.filter((name) => (page === undefined || name === page) && !except.includes(name));
if (asked.length === 0) fail('every page is excepted; expected at least one to check.');

const pages = asked.map((name) => checkPage(join(folder, `${name}.md`)));
const isWrong = ({ missing, problems }) => missing.length > 0 || problems.length > 0;

if (json) process.stdout.write(`${JSON.stringify({ pages }, null, 2)}\n`);
else {
  for (const { page: name, numbers, found, declared, missing, problems } of pages) {
    console.log(`${name}: ${numbers} numbers, ${found} found, ${declared} declared, ${missing.length} missing`);
    for (const problem of problems) console.log(`  ${problem}`);
    for (const { line, number, context, nearest } of missing) {
      console.log(
        `  ${name}.md:${line}: ${number} in "${context}"${nearest === undefined ? '' : `; nearest: ${nearest}`}`,
      );
    }
  }
}
process.exitCode = pages.some(isWrong) ? 1 : 0;
