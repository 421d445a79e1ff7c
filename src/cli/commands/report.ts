import { Command } from 'commander';
import { Laboratory } from '../../laboratory/index.js';
import { InputError } from '../../networks/errors.js';
import { FileStore } from '../../node/store/index.js';
import { machine } from '../machine.js';
import { storeOption } from '../options.js';
import { writeReport } from '../report.js';
import { findRun } from '../runs.js';

/** `lottery report`. */
export function reportCommand(): Command {
  return new Command('report')
    .description("write a run's figures and report.html again, from what the store holds")
    .argument('<run>', 'a run, or the beginning of its name (lottery list runs)')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nThe report of an unfinished run shows the cells that are finished.\n\nExample:\n  $ lottery report quickstart',
    )
    .action(async (name: string, flags: { store: string }) => {
      const store = await FileStore.open(flags.store, { write: false });
      const record = await findRun(store, flags.store, name);
      const results = await new Laboratory({ store, machine: machine() }).results(record);
      if (results.cells.length === 0) {
        throw new InputError(`run ${record.run} has no finished cell yet; train some with: ${record.command}`);
      }
      process.stdout.write(`Report: ${await writeReport(store, results)}\n`);
    });
}
