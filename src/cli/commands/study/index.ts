import { Command } from 'commander';
import { consistencyCommand } from './consistency.js';
import { informationPlaneCommand } from './information-plane.js';
import { randomTicketsCommand } from './random-tickets.js';
import { rewindCommand } from './rewind.js';
import { schemeStudies } from './schemes.js';
import { stabilityCommand } from './stability.js';

/** `lottery study`: a subcommand a kind. */
export function studyCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('study').description('ask a question of many trainings, and report what they say');
  const kinds = [
    ...schemeStudies(setExitCode),
    consistencyCommand(setExitCode),
    randomTicketsCommand(setExitCode),
    stabilityCommand(setExitCode),
    rewindCommand(setExitCode),
    informationPlaneCommand(setExitCode),
  ];
  for (const kind of kinds) command.addCommand(kind);
  return command.addHelpText(
    'after',
    `
What is in the store already is never trained or measured again, whichever study or run it was made for.

Examples:
  $ lottery study frontier lenet-mnist --trials 3 --set iterations=12000
  $ lottery study consistency lenet-mnist --trials 5 --set iterations=12000
  $ lottery study random-tickets --help`,
  );
}
