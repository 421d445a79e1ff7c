import { type Command, Option } from 'commander';
import { gather } from '../options.js';
import { shellWord } from '../specification.js';

/** Where the work of a command is done, and how it is handed to a cluster. */
export interface SlurmFlags {
  readonly on: 'here' | 'slurm';
  /** `key=value` settings of the jobs. */
  readonly slurm?: readonly string[];
  readonly detach?: boolean;
}

/** `--on WHERE`. */
export function onOption(): Option {
  return new Option('--on <where>', 'where to work: on this machine, or as jobs of a Slurm cluster')
    .choices(['here', 'slurm'])
    .default('here');
}

/** `--slurm KEY=VALUE`, repeatable. */
export function slurmOption(): Option {
  return new Option(
    '--slurm <key=value>',
    'with --on slurm, a setting of its jobs; repeatable: account, partition, qos, time, cpus, memory, constraint, gres, lines, flags, most, node (docs/clusters.md)',
  ).argParser(gather);
}

/** Adds the options of a command that Slurm can work for. */
export function addSlurmOptions(command: Command): Command {
  return command
    .addOption(onOption())
    .addOption(slurmOption())
    .option('--detach', 'with --on slurm, submit the jobs and do not wait for them');
}

/** The same options, for the command that joins again. */
export function slurmWords({ on, slurm = [] }: SlurmFlags): string[] {
  if (on !== 'slurm') return [];
  return ['--on', 'slurm', ...slurm.flatMap((setting) => ['--slurm', shellWord(setting)])];
}
