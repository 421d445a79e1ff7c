import { Command } from 'commander';
import { runResults, studyResults } from '../../laboratory/index.js';
import { InputError } from '../../networks/errors.js';
import { FileStore } from '../../node/store/index.js';
import { studyNamed } from '../../studies/registry.js';
import type { AnyStudy } from '../../studies/study.js';
import { storeOption } from '../options.js';
import { writeReport, writeStudyReport } from '../report.js';
import { findNamed } from '../runs.js';

/** `lottery report`. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write the figures, numbers and report.html of a run or a study again, from what the store holds')
    .argument('<name>', 'a run or a study, or the beginning of its name (lottery list runs, lottery list studies)')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nThe report of something unfinished, also while others work on it, shows what is finished and says what is missing.\n\nExample:\n  $ lottery report quickstart',
    )
    .action(async (name: string, flags: { store: string }) => {
      const store = await FileStore.open(flags.store, { write: false });
      const named = await findNamed(store, flags.store, name);
      process.stdout.write(`Report: ${await reportOf(named.kind, named.name, store)}\n`);
    });
}

/** @returns the report's path */
async function reportOf(kind: 'run' | 'study', name: string, store: FileStore): Promise<string> {
  const missing = (command: string) =>
    new InputError(`${kind} ${name} has no finished cell yet; train some with: ${command}`);
  if (kind === 'run') {
    const record = await store.readRun(name);
    if (record === null) throw new InputError(`the folder of run ${name} has no record in it.`);
    const results = await runResults(record, store);
    if (results.cells.length === 0) throw missing(record.command);
    return writeReport(store, results);
  }
  const record = await store.readStudy(name);
  if (record === null) throw new InputError(`the folder of study ${name} has no record in it.`);
  const outcome = await studyResults(record, store);
  if (outcome.cells.finished === 0) throw missing(record.command);
  const study = studyNamed(record.study) as AnyStudy;
  return writeStudyReport(store, name, study, outcome, study.report(outcome));
}
