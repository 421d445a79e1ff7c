import { Command, CommanderError } from 'commander';
import { DamageError } from '../experiments/damage.js';
import { InputError } from '../networks/errors.js';
import { printable } from '../networks/printable.js';
import { FolderError } from '../node/folder-error.js';
import { packageVersion } from '../node/version.js';
import { benchCommand } from './commands/bench.js';
import { cancelCommand } from './commands/cancel.js';
import { dataCommand } from './commands/data.js';
import { doctorCommand } from './commands/doctor/index.js';
import { exportCommand } from './commands/export.js';
import { labCommand } from './commands/lab/index.js';
import { listCommand } from './commands/list.js';
import { repairCommand } from './commands/repair.js';
import { reportCommand } from './commands/report.js';
import { runCommandOf } from './commands/run.js';
import { showCommand } from './commands/show.js';
import { statusCommand } from './commands/status/index.js';
import { studyCommand } from './commands/study/index.js';
import { verifyCommand } from './commands/verify/index.js';
import { workCommand } from './commands/work/index.js';
import { exitCodes, UsageError } from './errors.js';
import { paintFor } from './terminal.js';

const introduction = `Train a network, prune it, rewind it, train the ticket and its controls, and see whether the ticket won.

Examples:
  $ lottery run quickstart                         the whole experiment in a few minutes, no download
  $ lottery run lenet-mnist --trials 3 --levels 15 the paper's experiment on MNIST
  $ lottery run mine.yaml --set iterations=5000    your own settings
  $ lottery study --help                           the questions that can be asked of many trainings
  $ lottery work --store shared                    take what is open in a store, beside other machines
  $ lottery status --watch                         how far it is, and where
  $ lottery lab                                    look through the store, and play, in a browser
  $ lottery list presets                           what there is to start from
  $ lottery verify quickstart --replay 3           check every file, train three cells again
  $ lottery repair                                 move aside what is damaged in a store
  $ lottery doctor                                 what computes here, and what is missing

Exit codes: 0 done, 1 failed work, 2 wrong usage, 3 stopped with work left (work, --on slurm). LOTTERY_STORE and LOTTERY_DATA name the folders of results and of
data; LOTTERY_KERNELS=wasm or native chooses what computes (lottery doctor); NO_COLOR turns colours off; LOTTERY_DEBUG=1 shows where an unexpected error came from.`;

/** The command with everything under it. Actions set the exit code by what they return or throw. */
export function buildProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('lottery')
    .description('A laboratory for the lottery ticket hypothesis.')
    .version(packageVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\n${introduction}`)
    .showHelpAfterError('(see --help)');
  const commands = [
    runCommandOf(setExitCode),
    studyCommand(setExitCode),
    workCommand(setExitCode),
    statusCommand(setExitCode),
    cancelCommand(),
    labCommand(),
    listCommand(),
    showCommand(),
    reportCommand(),
    verifyCommand(setExitCode),
    repairCommand(),
    dataCommand(setExitCode),
    exportCommand(),
    benchCommand(),
    doctorCommand(setExitCode),
  ];
  for (const command of commands) program.addCommand(command);
  const settle = (command: Command): void => {
    command.exitOverride();
    for (const child of command.commands) {
      child.copyInheritedSettings(command);
      settle(child);
    }
  };
  settle(program);
  return program;
}

/**
 * Runs the command.
 *
 * @param words arguments after the command's own name
 * @returns the exit code: 0 done, 1 failed work, 2 wrong usage
 */
export async function runCli(words: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = buildProgram((given) => {
    code = given;
  });
  try {
    if (words.length === 0) {
      program.outputHelp();
      return exitCodes.usage;
    }
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error);
  }
}

/** What to do about an error, where the shell knows more of that than whoever found it. */
function hintOf(error: InputError): string {
  if (error instanceof DamageError) {
    return ' lottery repair moves what is damaged aside; the command that made it then makes it again.';
  }
  if (!(error instanceof FolderError)) return '';
  const hints = {
    store: 'Another folder is named with --store or LOTTERY_STORE.',
    data: 'A folder that has it is named with --data or LOTTERY_DATA.',
  };
  return ` ${hints[error.use]}`;
}

/** Says what went wrong on stderr, and how bad it was as an exit code. */
function reportError(error: unknown): number {
  const paint = paintFor(process.stderr);
  if (error instanceof CommanderError) {
    // Commander has printed its message already, with a suggestion.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  if (error instanceof InputError) {
    process.stderr.write(`${paint('red', 'error:')} ${error.message}${hintOf(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
  const message = printable(error instanceof Error ? error.message : String(error));
  process.stderr.write(`${paint('red', 'unexpected error:')} ${message}\n`);
  if (process.env.LOTTERY_DEBUG) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  } else {
    process.stderr.write('Set LOTTERY_DEBUG=1 and repeat the command to see a stack trace.\n');
  }
  return exitCodes.failed;
}
