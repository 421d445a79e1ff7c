import type { Command } from 'commander';
import { stabilityStudy, usualStability } from '../../../studies/stability/index.js';
import { wholeNumber } from '../../options.js';
import { type StudyFlags, studyBase, withCommonOptions } from './common.js';
import { ladderNotes, type RewindFlags, rewindOptions, rewindWords } from './rewind-options.js';
import { runStudy } from './run-study.js';

interface StabilityFlags extends StudyFlags, RewindFlags {
  readonly children: number;
  readonly points: number;
  readonly trainingExamples: number;
  readonly estimate?: boolean;
}

/** `lottery study stability`. */
export function stabilityCommand(setExitCode: (code: number) => void): Command {
  const command = studyBase('stability', stabilityStudy.title);
  for (const option of rewindOptions()) command.addOption(option);
  command
    .option(
      '--children <n>',
      'trainings from each rewind, each in another order of examples; all pairs are compared',
      wholeNumber(2),
      usualStability.children,
    )
    .option('--points <n>', 'places on the line between two networks', wholeNumber(2), usualStability.points)
    .option(
      '--training-examples <n>',
      'training examples that lines are seen on beside the test set; 0 for none',
      wholeNumber(0),
      usualStability.trainingExamples,
    )
    .option(
      '--estimate',
      'take running statistics of batch normalisation anew on every line; else between trials alone, and interpolated',
    );
  return withCommonOptions(command)
    .addHelpText(
      'after',
      `
${ladderNotes}

Example:
  $ lottery study stability lenet-mnist --trials 3 --rewinds 0,100,500 --densities 0.2,0.05`,
    )
    .action(async (target: string, flags: StabilityFlags, self: Command) => {
      const { rewinds, densities, at, children, points, trainingExamples, estimate = false } = flags;
      const code = await runStudy(
        {
          kind: 'stability',
          study: stabilityStudy,
          options: { rewinds, densities, at, children, points, trainingExamples, estimate },
          words: [
            ...rewindWords(flags),
            ...(children === usualStability.children ? [] : ['--children', String(children)]),
            ...(points === usualStability.points ? [] : ['--points', String(points)]),
            ...(trainingExamples === usualStability.trainingExamples
              ? []
              : ['--training-examples', String(trainingExamples)]),
            ...(estimate ? ['--estimate'] : []),
          ],
          page: async () => (await import('../../../studies/stability/page.js')).stabilityPage,
        },
        target,
        flags,
        self.getOptionValueSource('store') === 'cli',
      );
      setExitCode(code);
    });
}
