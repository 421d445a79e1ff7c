import { Command, InvalidArgumentError } from 'commander';
import { storeOption, wholeNumber } from '../../options.js';
import { lab } from './lab.js';

const DEFAULT_PORT = 4280;

/** `lottery lab`. */
export function labCommand(): Command {
  return new Command('lab')
    .description('look through a store, and play with experiments, in a browser')
    .addOption(storeOption())
    .option('--port <n>', 'port of this machine to serve on; 0: any that is free', portNumber, DEFAULT_PORT)
    .option('--json', 'print the address as JSON')
    .addHelpText(
      'after',
      `
It serves this machine alone (127.0.0.1), until Ctrl-C, to whoever opens the address that it prints. It only shows: nothing in the store
is changed. Runs and studies that other processes work on are seen to grow; a store that is not there yet appears when a run begins it.

Examples:
  $ lottery lab
  $ lottery lab --store /shared/results --port 0
  $ ssh -L 4280:127.0.0.1:4280 cluster lottery lab   the lab of another machine, at the address that it prints`,
    )
    .action(lab);
}

function portNumber(text: string): number {
  const port = wholeNumber(0)(text);
  if (port > 65535) throw new InvalidArgumentError('expected a port: a whole number from 0 to 65535.');
  return port;
}
