import type { Command } from 'commander';
import { rewindStudy } from '../../../studies/rewind/index.js';
import { wholeNumber } from '../../options.js';
import { type StudyFlags, studyBase, withCommonOptions } from './common.js';
import { ladderNotes, type RewindFlags, rewindOptions, rewindWords } from './rewind-options.js';
import { runStudy } from './run-study.js';

interface RewindStudyFlags extends StudyFlags, RewindFlags {
  readonly reinitialise: number;
  readonly randomMask: number;
}

const USUAL_DRAWS = { reinitialise: 1, randomMask: 0 } as const;

/** `lottery study rewind`. */
export function rewindCommand(setExitCode: (code: number) => void): Command {
  const command = studyBase('rewind', rewindStudy.title);
  for (const option of rewindOptions()) command.addOption(option);
  command
    .option(
      '--reinitialise <n>',
      'fresh draws of the weights of each ticket of the earliest rewind; 0 for none',
      wholeNumber(0),
      USUAL_DRAWS.reinitialise,
    )
    .option(
      '--random-mask <n>',
      'random masks beside each ticket, with its rewind; none unless told',
      wholeNumber(0),
      USUAL_DRAWS.randomMask,
    );
  return withCommonOptions(command)
    .addHelpText(
      'after',
      `
${ladderNotes}
Its tickets are those of lottery study stability with the same rewinds and densities.

Example:
  $ lottery study rewind lenet-mnist --trials 3 --rewinds 0,100,500,2ep --random-mask 1`,
    )
    .action(async (target: string, flags: RewindStudyFlags, self: Command) => {
      const { rewinds, densities, at, reinitialise, randomMask } = flags;
      const code = await runStudy(
        {
          kind: 'rewind',
          study: rewindStudy,
          options: { rewinds, densities, at, reinitialise, randomMask },
          words: [
            ...rewindWords(flags),
            ...(reinitialise === USUAL_DRAWS.reinitialise ? [] : ['--reinitialise', String(reinitialise)]),
            ...(randomMask === USUAL_DRAWS.randomMask ? [] : ['--random-mask', String(randomMask)]),
          ],
          page: async () => (await import('../../../studies/rewind/page.js')).rewindPage,
        },
        target,
        flags,
        self.getOptionValueSource('store') === 'cli',
      );
      setExitCode(code);
    });
}
