import { resolve } from 'node:path';
import { Command } from 'commander';
import { formatCount } from '../../analysis/format.js';
import { isOver, SlurmClient, SlurmJobs } from '../../node/slurm/index.js';
import { FileStore } from '../../node/store/index.js';
import { storeOption } from '../options.js';
import { findNamed } from '../runs.js';

/** `lottery cancel`. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('end the Slurm jobs of a run or a study, and no others')
    .argument('<name>', 'a run or a study, or the beginning of its name (lottery status)')
    .addOption(storeOption())
    .addHelpText(
      'after',
      `
What is finished is kept, and so are checkpoints: the command that submitted the jobs goes on where they stopped. Processes that were
started by hand (lottery work) go on.

Example:
  $ lottery cancel lenet-mnist --store /shared/results`,
    )
    .action(async (name: string, { store }: { store: string }) => {
      const files = await FileStore.open(store);
      const named = await findNamed(files, store, name);
      const jobs = new SlurmJobs(resolve(store), named.name);
      const submissions = await jobs.list();
      const client = new SlurmClient();
      const alive = (await client.jobs(submissions.map((submission) => submission.name))).filter((job) => !isOver(job));
      // Whoever watches over them must not submit others instead.
      for (const submission of submissions) if (!submission.isCancelled) await jobs.cancel(submission);
      const numbers = [...new Set(alive.map(({ job }) => job))];
      await client.cancel(numbers);
      process.stdout.write(
        alive.length === 0
          ? `No job of ${named.name} is queued or running.\n`
          : `Cancelled ${formatCount(alive.length, 'array task')} of ${named.name}: job ${numbers.join(', ')}.\n`,
      );
    });
}
