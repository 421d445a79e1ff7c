import { Argument, Command } from 'commander';
import { DamageError } from '../../experiments/damage.js';
import { presets } from '../../experiments/presets.js';
import { allSettings } from '../../experiments/schema-paths.js';
import { didYouMean } from '../../experiments/suggest.js';
import { presentTasks } from '../../experiments/tasks/index.js';
import { namedNetworks } from '../../networks/named.js';
import { prunableParameters } from '../../networks/network.js';
import { FileStore } from '../../node/store/index.js';
import { schemeNames, schemes } from '../../studies/shared/schemes/table.js';
import {
  evolutionNames,
  evolutions,
  initialiserNames,
  initialisers,
  scopeNames,
  scopes,
  scoreNames,
  scores,
  startNames,
  starts,
  structureNames,
  structures,
} from '../../tickets/index.js';
import { dataSources } from '../data-sources.js';
import { UsageError } from '../errors.js';
import { storeOption } from '../options.js';
import { grouped, paintFor, table } from '../terminal.js';

const subjects = [
  'presets',
  'networks',
  'datasets',
  'initialisations',
  'optimisers',
  'scores',
  'scopes',
  'structures',
  'schedules',
  'starts',
  'schemes',
  'controls',
  'settings',
  'runs',
  'studies',
] as const;
type Subject = (typeof subjects)[number];

/** Rows of name and explanation, and how to use one. */
interface Listing {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly use: string;
}

function choicesOf(path: string, help: Readonly<Record<string, string>>): string[][] {
  const setting = allSettings().find((candidate) => candidate.path === path);
  return (setting?.choices ?? []).map((choice) => [choice, help[choice] ?? '']);
}

async function runsIn(store: string): Promise<Listing> {
  const files = await FileStore.open(store, { write: false });
  const rows: string[][] = [];
  for (const run of await files.listRuns()) {
    const record = await orDamage(files.readRun(run));
    if (record === null) continue;
    if (record instanceof DamageError) {
      rows.push([run, '', '', record.message]);
      continue;
    }
    const there = await presentTasks(record.cells, files);
    rows.push([
      run,
      `${there.size}/${record.cells.length}`,
      record.started.slice(0, 16).replace('T', ' '),
      record.command,
    ]);
  }
  return { header: ['run', 'cells', 'started (UTC)', 'command'], rows, use: 'lottery show RUN' };
}

/** A record, or what is wrong with it: one that is damaged hides no other. */
async function orDamage<Kind>(read: Promise<Kind | null>): Promise<Kind | DamageError | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof DamageError) return error;
    throw error;
  }
}

async function studiesIn(store: string): Promise<Listing> {
  const files = await FileStore.open(store, { write: false });
  const rows: string[][] = [];
  for (const folder of await files.listStudies()) {
    const record = await orDamage(files.readStudy(folder));
    if (record === null) continue;
    if (record instanceof DamageError) {
      rows.push([folder, '', '', '', record.message]);
      continue;
    }
    const there = await presentTasks(
      [...record.cells, ...record.measurements].map((id) => ({ id })),
      files,
    );
    const present = (ids: readonly string[]) => ids.filter((id) => there.has(id)).length;
    rows.push([
      folder,
      `${present(record.cells)}/${record.cells.length}`,
      `${present(record.measurements)}/${record.measurements.length}`,
      record.started.slice(0, 16).replace('T', ' '),
      record.command,
    ]);
  }
  const header = ['study', 'cells', 'measurements', 'started (UTC)', 'command'];
  return { header, rows, use: 'lottery report STUDY' };
}

async function listing(subject: Subject, store: string): Promise<Listing> {
  switch (subject) {
    case 'presets':
      return {
        header: ['preset', ''],
        rows: Object.entries(presets).map(([name, { summary }]) => [name, summary]),
        use: 'lottery run PRESET, with --quick for the same effect at about a hundredth of the cost; lottery show PRESET for its settings',
      };
    case 'networks':
      return {
        header: ['network', 'weights', ''],
        rows: [
          ...Object.entries(namedNetworks).map(([name, { summary, source, input, build }]) => [
            name,
            grouped(prunableParameters(build(input, 10)).reduce((sum, { size }) => sum + size, 0)),
            `${summary} (${source})`,
          ]),
          ['{hidden: [...]}', '', 'any fully connected stack, such as {hidden: [20, 20], activation: tanh}'],
          ['{resnet: {...}}', '', 'a residual network of any depth and width: {resnet: {depth: 20, width: 2}}'],
          [
            '{layers: [...]}',
            '',
            'any graph of layers: {layers: [{convolution: 16}, relu, {max-pool: 2}, {linear: 10}]}',
          ],
        ],
        use: "--set network='{hidden: [20, 20], activation: tanh}'; lottery show NETWORK",
      };
    case 'datasets':
      return { header: ['data set', ''], rows: dataSources(), use: '--set data.name=NAME; lottery data check NAME' };
    case 'initialisations':
      return {
        header: ['initialisation', ''],
        rows: initialiserNames.map((name) => [name, `${initialisers[name].title} (${initialisers[name].source})`]),
        use: '--set initialisation.name=NAME',
      };
    case 'optimisers':
      return {
        header: ['optimiser', ''],
        rows: choicesOf('optimiser.name', {
          adam: 'lr, beta1, beta2, epsilon, weightDecay, decayOn, schedule',
          sgd: 'lr, momentum, nesterov, weightDecay, decayOn, schedule',
        }),
        use: "--set optimiser='{name: sgd, lr: 0.1, momentum: 0.9}'",
      };
    case 'scores':
      return {
        header: ['score', ''],
        rows: [
          ...scoreNames.map((name) => [name, `keeps ${scores[name].title} (${scores[name].source})`]),
          ['./mine.mjs', 'your own: a module whose default export is a score (docs/extending.md)'],
        ],
        use: '--set pruning.score=NAME',
      };
    case 'scopes':
      return {
        header: ['scope', ''],
        rows: scopeNames.map((name) => [name, `${scopes[name].title} (${scopes[name].source})`]),
        use: '--set pruning.scope=NAME',
      };
    case 'schedules':
      return {
        header: ['schedule', ''],
        rows: choicesOf('pruning.schedule', {
          iterative: 'train, prune one round, rewind, and repeat (Frankle and Carbin 2019)',
          'one-shot': 'every density straight from the trained dense network',
          'at-initialisation': 'every density from the initial values, before any training, in pruning.steps steps',
          ...Object.fromEntries(
            evolutionNames.map((name) => [name, `${evolutions[name].title} (${evolutions[name].source})`]),
          ),
          supermask:
            'weights keep their initial values, and each survives with a learned probability (Zhou et al. 2019)',
          'edge-popup':
            'weights keep their initial values, and learned scores decide which survive (Ramanujan et al. 2020)',
        }),
        use: '--set pruning.schedule=NAME',
      };
    case 'controls':
      return {
        header: ['control', ''],
        rows: allSettings()
          .filter(({ path }) => path.startsWith('controls.') && path.split('.').length === 2)
          .map(({ path, help }) => [path.slice('controls.'.length), help]),
        use: "--set controls.reinitialise=3 --set 'controls.starts=[{name: signed-constant}]'",
      };
    case 'starts':
      return {
        header: ['start', ''],
        rows: startNames.map((name) => [name, `${starts[name].title} (${starts[name].source})`]),
        use: "--set start.name=NAME, or beside the ticket: --set 'controls.starts=[{name: NAME}]'",
      };
    case 'structures':
      return {
        header: ['structure', ''],
        rows: structureNames.map((name) => [name, `${structures[name].title} (${structures[name].source})`]),
        use: "--set pruning.structure=units, ='{blocks: 4}' or ='{keep: 2, of: 4}'",
      };
    case 'schemes':
      return {
        header: ['scheme', ''],
        rows: schemeNames.map((name) => [name, `${schemes[name].title} (${schemes[name].source})`]),
        use: 'lottery study STUDY --only NAME,NAME, where STUDY is one that compares schemes',
      };
    case 'settings':
      return {
        header: ['setting', 'default', ''],
        rows: allSettings()
          .filter(({ path }) => path !== 'extends')
          .map(({ path, standard, choices, help }) => [
            path,
            standard ?? '',
            choices.length > 1 && !help.includes(choices[0]) ? `${choices.join(' | ')}. ${help}` : help,
          ]),
        use: '--set SETTING=VALUE, or the same in a YAML file; dist/specification.schema.json helps editors',
      };
    case 'runs':
      return runsIn(store);
    case 'studies':
      return studiesIn(store);
  }
}

/** @throws UsageError with suggestions when it is nothing to list */
function subjectOf(what: string): Subject {
  const known = subjects.find((subject) => subject === what);
  if (known !== undefined) return known;
  throw new UsageError(
    `${what} is nothing that can be listed${didYouMean(what, subjects) || `; what can be is ${subjects.join(', ')}.`}`,
  );
}

/** `lottery list`. */
export function listCommand(): Command {
  return new Command('list')
    .description('list presets, networks, data sets, settings, runs, studies, ...')
    .addArgument(new Argument('[what]', `what to list: ${subjects.join(', ')}`).default('presets'))
    .addOption(storeOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lottery list presets\n  $ lottery list settings\n  $ lottery list runs --store results',
    )
    .action(async (what: string, options: { store: string; json?: boolean }) => {
      const subject = subjectOf(what);
      const { header, rows, use } = await listing(subject, options.store);
      if (options.json) {
        const keys = header.map((title, index) => (index === 0 ? 'name' : title === '' ? 'about' : title));
        const objects = rows.map((row) => Object.fromEntries(row.map((cell, index) => [keys[index], cell])));
        process.stdout.write(`${JSON.stringify(objects, null, 2)}\n`);
        return;
      }
      const paint = paintFor(process.stdout);
      if (rows.length === 0) process.stdout.write(`No ${subject} in ${options.store}.\n`);
      else process.stdout.write(`${table(header, rows, 'l'.repeat(header.length), paint)}\n\n${paint('dim', use)}\n`);
    });
}
