import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../errors.js';
import { interruptible } from '../../interrupt.js';
import { allowCodeOption, dataOption, storeOption, wholeNumber } from '../../options.js';
import { type VerifyFlags, verify } from './verify.js';

function replayCount(text: string): number {
  if (text === 'all') return Number.MAX_SAFE_INTEGER;
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number, or all.');
  }
  return value;
}

/** `lottery verify`. */
export function verifyCommand(setExitCode: (code: number) => void): Command {
  return new Command('verify')
    .description(
      'check a run or a study, or a whole store: every file against its checksum and its name, every record against the plan of its settings; make some of it again and compare the bits',
    )
    .argument('[name]', 'a run or a study, or the beginning of its name (lottery list runs, lottery list studies)')
    .option('--all', 'everything in the store, whether a run or a study has it or not')
    .option(
      '--replay <n>',
      'how many cells and measurements of each run or study to make again, or all',
      replayCount,
      0,
    )
    .option('--cell <id>', 'train this one again, by the beginning of its name')
    .option('--seed <n>', 'decides which are made again', wholeNumber(0), 0)
    .option('--workers <n>', 'how many are made again at once; default: one per core', wholeNumber(1))
    .addOption(allowCodeOption())
    .addOption(storeOption())
    .addOption(dataOption())
    .option('--json', 'print one JSON document, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
It says how much it checked, and what it did not, such as cells that are not trained yet. Nothing is changed;
lottery repair moves aside what is damaged.

Examples:
  $ lottery verify quickstart
  $ lottery verify quickstart --replay 3
  $ lottery verify --all
  $ lottery verify quickstart --replay all --workers 2`,
    )
    .action(async (name: string | undefined, flags: VerifyFlags) => {
      if ((name === undefined) === (flags.all !== true)) {
        throw new UsageError('expected the name of a run or of a study, or --all for the whole store.');
      }
      if (flags.all && flags.cell !== undefined) throw new UsageError('--cell needs the name of the run it is of.');
      setExitCode(await interruptible((signal) => verify(name, flags, signal)));
    });
}
