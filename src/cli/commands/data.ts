import { Command } from 'commander';
import { catalogue } from '../../data/index.js';
import { InputError } from '../../networks/errors.js';
import { cacheFolder, dataFolders, datasetStatus, loadDataset } from '../../node/data/index.js';
import { dataSources, downloadView, knownDataset } from '../data-sources.js';
import { exitCodes } from '../errors.js';
import { dataOption } from '../options.js';
import { grouped, paintFor, table } from '../terminal.js';

/** `lottery data`. */
export function dataCommand(setExitCode: (code: number) => void): Command {
  const data = new Command('data').description('list, get and check data sets').addHelpText(
    'after',
    `
Data sets are searched in --data, in LOTTERY_DATA and in the cache (${cacheFolder()}), each in a folder of its name,
and otherwise downloaded to the cache.

Examples:
  $ lottery data list
  $ lottery data get mnist
  $ lottery data check fashion-mnist --data ~/data`,
  );
  data
    .command('list', { isDefault: true })
    .description('list data sets, and where they are')
    .addOption(dataOption())
    .action((flags: { data?: string }) => {
      const paint = paintFor(process.stdout);
      const rows = dataSources().map(([name, description]) => {
        const entry = catalogue.find((known) => known.name === name);
        return [name, entry === undefined ? '' : whereabouts(name, flags.data), description];
      });
      process.stdout.write(`${table(['data set', 'here', ''], rows, 'lll', paint)}\n\n`);
      process.stdout.write(`${paint('dim', `looked in ${dataFolders(flags.data).join(', ')}`)}\n`);
    });
  data
    .command('get')
    .description('download a data set into the cache; resumes a download that was stopped')
    .argument('<name>', 'a data set (lottery data list)')
    .addOption(dataOption())
    .action(async (name: string, flags: { data?: string }) => {
      const entry = knownDataset(name);
      if (entry.files.length === 0) {
        process.stdout.write(`${name} is generated when it is needed; there is nothing to download.\n`);
        return;
      }
      const onProgress = downloadView(process.stderr);
      const { train, test } = await loadDataset({ name }, { dataFolder: flags.data, onProgress });
      const images = `${grouped(train.count)} training and ${grouped(test.count)} test images`;
      process.stdout.write(`${name} is here: ${images}, ${whereabouts(name, flags.data)}.\n`);
    });
  data
    .command('check')
    .description('check every file of a data set, by digest and by decoding it')
    .argument('[name]', 'a data set; default: every one found here')
    .addOption(dataOption())
    .action(async (name: string | undefined, flags: { data?: string }) => {
      const names = name === undefined ? catalogue.map((entry) => entry.name) : [knownDataset(name).name];
      let sound = true;
      for (const each of names) {
        const good = await check(each, flags.data, name !== undefined);
        sound &&= good;
      }
      setExitCode(sound ? exitCodes.done : exitCodes.failed);
    });
  return data;
}

function whereabouts(name: string, folder: string | undefined): string {
  const entry = knownDataset(name);
  if (entry.files.length === 0) return 'built in';
  const status = datasetStatus(entry, folder);
  const missing = status.filter(({ state }) => state === 'missing').length;
  if (missing === status.length) return 'not here';
  return missing > 0 ? `${missing} of ${status.length} files missing` : 'here';
}

async function check(name: string, folder: string | undefined, asked: boolean): Promise<boolean> {
  const paint = paintFor(process.stdout);
  const entry = knownDataset(name);
  const status = datasetStatus(entry, folder);
  for (const { file, path, state, detail } of status) {
    const style = state === 'ok' ? 'green' : state === 'unchecked' ? 'yellow' : 'red';
    if (state !== 'missing' || asked)
      process.stdout.write(`${paint(style, state)}  ${path ?? file}  ${paint('dim', detail)}\n`);
  }
  const missing = status.filter(({ state }) => state === 'missing').length;
  if (missing > 0 && missing === status.length && !asked) {
    process.stdout.write(`${name}: not here; get it with: lottery data get ${name}\n`);
    return true;
  }
  if (missing > 0) {
    process.stderr.write(
      `${name}: ${missing} of ${status.length} files are missing; get them with: lottery data get ${name}\n`,
    );
    return false;
  }
  try {
    const small = entry.files.length === 0 ? { train: 500, test: 500 } : {};
    const { train, test, shape, digest } = await loadDataset(
      { name, ...small },
      { dataFolder: folder, download: false },
    );
    const size = `${shape.height} x ${shape.width}`;
    process.stdout.write(
      entry.files.length === 0
        ? `${name}: built in, ${size}\n`
        : `${name}: ${grouped(train.count)} training and ${grouped(test.count)} test images of ${size}, digest ${digest}\n`,
    );
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    return false;
  }
}
