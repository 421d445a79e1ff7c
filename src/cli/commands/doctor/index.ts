import { Command } from 'commander';
import { packageVersion } from '../../../node/version.js';
import { interruptible } from '../../interrupt.js';
import { machine } from '../../machine.js';
import { allowCodeOption, dataOption, storeOption } from '../../options.js';
import { onOption, slurmOption } from '../../slurm/options.js';
import { paintFor, wrap } from '../../terminal.js';
import { type Finding, findingsHere } from './findings.js';
import { type DoctorFlags, doctorOnSlurm } from './on-slurm.js';
import { sampleReport } from './sample.js';

/** `lottery doctor`. */
export function doctorCommand(setExitCode: (code: number) => void): Command {
  return new Command('doctor')
    .description('show which kernels are used and why, where data and results are, and how to fix what is missing')
    .addOption(storeOption())
    .addOption(dataOption())
    .addOption(onOption())
    .addOption(slurmOption())
    .addOption(allowCodeOption())
    .option('--sample', 'train a small cell too, and say its digest, which is the same on every machine')
    .option('--json', 'print one JSON document, and nothing else, on standard output')
    .addHelpText(
      'after',
      `
With --on slurm a job does the same on a machine of the cluster, and a table shows both.

Examples:
  $ lottery doctor
  $ LOTTERY_KERNELS=wasm lottery doctor
  $ lottery doctor --on slurm --slurm partition=short --store /shared/results`,
    )
    .action(async (flags: DoctorFlags & { readonly sample?: boolean }) => {
      if (flags.on === 'slurm') {
        setExitCode(await interruptible((signal) => doctorOnSlurm(flags, signal)));
        return;
      }
      const report = flags.sample ? await sampleReport(flags) : null;
      const findings = report?.findings ?? findingsHere(flags);
      if (flags.json) process.stdout.write(`${JSON.stringify(report ?? { ...machine(), findings }, null, 2)}\n`);
      else process.stdout.write(`Lottery Lab ${packageVersion}\n\n${findings.map(findingText).join('\n')}\n`);
    });
}

function findingText({ what, ok, found, remedy }: Finding): string {
  const paint = paintFor(process.stdout);
  const width = Math.min(process.stdout.columns ?? 100, 120) - 4;
  const text = [`${what}: ${found}`, ...(remedy === null ? [] : [remedy])];
  const mark = ok ? paint('green', '+') : paint('yellow', '!');
  return `${mark} ${text.map((line) => wrap(line, width).replaceAll('\n', '\n  ')).join('\n  ')}`;
}
