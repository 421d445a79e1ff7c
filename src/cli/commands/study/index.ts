import { Command } from 'commander';
import { studies } from '../../../studies/registry.js';
import type { AnyStudy } from '../../../studies/study.js';
import {
  allowCodeOption,
  checkpointOption,
  dataOption,
  gather,
  storeOption,
  wholeNumber,
  workersOption,
} from '../../options.js';
import { addSlurmOptions } from '../../slurm/options.js';
import { helpWidth, wrapParagraphs } from '../../terminal.js';
import { addStudyOptions, studyValues } from './flags.js';
import { runStudy, type StudyFlags } from './run-study.js';

/** `lottery study`: one subcommand per study. */
export function studyCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('study').description('answer a question from many trainings, and report the findings');
  for (const study of studies) command.addCommand(commandOf(study, setExitCode));
  const examples = studies.slice(0, 4).map(({ examples: [first] }) => `  $ lottery study ${first}`);
  return command.addHelpText(
    'after',
    `
Cells and measurements that are in the store are not made again, whichever study or run they were made for.

Examples:
${examples.join('\n')}
  $ lottery study ${studies[0].name} --help`,
  );
}

function commandOf(study: AnyStudy, setExitCode: (code: number) => void): Command {
  const command = new Command(study.name)
    .description(study.title)
    .argument('[preset|file]', 'network, data and training: a preset or a YAML file of settings', 'lenet-mnist');
  addStudyOptions(command, study);
  const examples = study.examples.map((words) => `  $ lottery study ${words}`);
  command
    .option('--set <path=value>', 'change one setting; repeatable (lottery list settings)', gather)
    .option('--trials <n>', 'number of trials (default: from the settings)', wholeNumber(1))
    .option('--quick', 'the quick form of the preset')
    .addOption(workersOption())
    .addOption(checkpointOption())
    .addOption(allowCodeOption())
    .addOption(storeOption())
    .addOption(dataOption());
  return addSlurmOptions(command)
    .option('--dry-run', 'print what would be trained and measured, and do nothing')
    .option('--json', 'print one JSON document at the end, and nothing else, on standard output')
    .addHelpText(
      'after',
      `\n${wrapParagraphs(study.about, helpWidth())}\n\n${examples.length === 1 ? 'Example' : 'Examples'}:\n${examples.join('\n')}`,
    )
    .action(async (target: string, flags: StudyFlags & Record<string, unknown>, self: Command) => {
      const isStoreGiven = self.getOptionValueSource('store') === 'cli';
      setExitCode(await runStudy(study, { target, options: studyValues(study, flags), flags, isStoreGiven }));
    });
}
