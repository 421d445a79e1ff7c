import { Command } from 'commander';
import { allowCodeOption, checkpointOption, dataOption, duration, storeOption, workersOption } from '../../options.js';
import { type WorkFlags, work } from './work.js';

/** `lottery work`. */
export function workCommand(setExitCode: (code: number) => void): Command {
  return new Command('work')
    .description('execute what is open in a store, beside any number of other processes')
    .argument('[names...]', 'runs and studies, or the beginnings of their names; default: all that are not finished')
    .option('--limit <time>', 'end after so long, and leave checkpoints: 90s, 10m, 2h, 1d', duration)
    .option(
      '--idle <time>',
      'wait so long for work, while others finish what it needs or start something new',
      duration,
      0,
    )
    .addOption(workersOption())
    .addOption(checkpointOption())
    .addOption(allowCodeOption())
    .addOption(storeOption())
    .addOption(dataOption())
    .option('--json', 'print one JSON document at the end, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
Start it as often as there are machines or cores, by hand, in a container or by a scheduler: all it needs is the store, in a folder
that every machine sees, and the data. A task is executed by one process at a time; when a process dies, another one
goes on from its last checkpoint. Results are the same bits, whoever made them.

It ends when nothing is ready. Ctrl-C, SIGTERM, SIGUSR1 and the limit leave checkpoints.
Exit codes: 0 nothing is left for it, 1 something failed, 3 stopped with work left.

Examples:
  $ lottery run lenet-mnist --dry-run               what there will be to do
  $ lottery work --store /shared/results --idle 10m on every machine
  $ lottery work lenet-mnist --workers 4 --limit 2h
  $ lottery status --watch                          how far it is, and where`,
    )
    .action(async (names: string[], flags: WorkFlags) => {
      setExitCode(await work(names, flags));
    });
}
