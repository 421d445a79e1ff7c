import { Command } from 'commander';
import { storeOption } from '../../options.js';
import { type StatusFlags, status } from './status.js';

/** `lottery status`. */
export function statusCommand(setExitCode: (code: number) => void): Command {
  return new Command('status')
    .description('how far runs and studies have come, and which processes work on them')
    .argument('[names...]', 'runs and studies, or the beginnings of their names; default: all that are not finished')
    .option('--watch', 'show it again every two seconds, until everything is finished')
    .addOption(storeOption())
    .option('--json', 'print JSON; with --watch, a document a line')
    .addHelpText(
      'after',
      `
It reads the store alone, wherever the processes are. Ready tasks wait for somebody to take them (lottery work), waiting ones for
others to be finished first. Time left is of cells, on the threads that are at work now, at the pace of those finished.

Examples:
  $ lottery status
  $ lottery status lenet-mnist --watch
  $ lottery status --store /shared/results --json`,
    )
    .action(async (names: string[], flags: StatusFlags) => {
      setExitCode(await status(names, flags));
    });
}
