import { Command } from 'commander';
import { formatCount } from '../../analysis/format.js';
import { readRecord, recordsIn } from '../../experiments/record-store.js';
import { printable } from '../../networks/printable.js';
import { damagedOf, FileStore, type Inspected, inspectStore } from '../../node/store/index.js';
import { storeOption } from '../options.js';
import { paintFor } from '../terminal.js';

interface RepairFlags {
  readonly store: string;
  readonly json?: boolean;
}

/** Something that was damaged, and what became of it. */
interface Repaired {
  readonly kind: Inspected['kind'];
  readonly name: string;
  readonly problems: readonly string[];
  /** Where it is now; null where it was of no use to anybody and is deleted, or has to be looked at. */
  readonly movedTo: string | null;
  /** Commands that make it again. */
  readonly again: readonly string[];
}

/** `lottery repair`. */
export function repairCommand(): Command {
  return new Command('repair')
    .description('read everything in a store, and move aside what is damaged, so that it is made again')
    .addOption(storeOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Damaged cells, measurements and records go to the folder damaged/ of the store; nothing is deleted but checkpoints that
cannot be resumed from. The commands that made what is missing make it again, bit for bit. lottery run and lottery study
do the same by themselves with what they meet. To look without changing anything: lottery verify --all.

Example:
  $ lottery repair --store results`,
    )
    .action(async ({ store: folder, json }: RepairFlags) => {
      const store = await FileStore.open(folder, { write: true });
      const commands = await commandsOf(store);
      const repaired: Repaired[] = [];
      let checked = 0;
      for await (const inspected of inspectStore(store)) {
        checked++;
        if (inspected.problems.length > 0) repaired.push(await repair(inspected, store, commands));
      }
      process.stdout.write(json ? `${JSON.stringify({ checked, repaired }, null, 2)}\n` : textOf(checked, repaired));
    });
}

async function repair(inspected: Inspected, store: FileStore, commands: Commands): Promise<Repaired> {
  const { kind, name, problems } = inspected;
  const damaged = damagedOf(inspected);
  if (kind === 'checkpoint') await store.dropCheckpoint(name, Number.POSITIVE_INFINITY);
  const movedTo = damaged === null ? null : await store.setAside(damaged);
  return { kind, name, problems, movedTo, again: [...(commands.get(name) ?? [])] };
}

type Commands = ReadonlyMap<string, ReadonlySet<string>>;

/** The commands of runs and studies, by the names of what they make. */
async function commandsOf(store: FileStore): Promise<Commands> {
  const commands = new Map<string, Set<string>>();
  const add = (name: string, command: string): void => {
    commands.set(name, (commands.get(name) ?? new Set()).add(command));
  };
  for (const named of await recordsIn(store)) {
    // A record that is damaged itself tells nothing.
    const record = await readRecord(store, named).catch(() => null);
    if (record === null) continue;
    for (const cell of record.cells) add(typeof cell === 'string' ? cell : cell.id, record.command);
    if ('measurements' in record) for (const id of record.measurements) add(id, record.command);
  }
  return commands;
}

function textOf(checked: number, repaired: readonly Repaired[]): string {
  const paint = paintFor(process.stdout);
  if (repaired.length === 0) {
    return `${checked === 0 ? 'The store is empty.' : `Read ${formatCount(checked, 'thing')} in the store: nothing is damaged.`}\n`;
  }
  const lines = repaired.flatMap(({ kind, problems, movedTo }) => [
    ...problems.map((problem) => `${paint('red', 'damaged:')} ${printable(problem)}`),
    `  ${whatNow(kind, movedTo)}`,
  ]);
  const again = [...new Set(repaired.flatMap((one) => one.again))];
  const rest =
    again.length > 0
      ? ['What was moved is made again by:', ...again.map((command) => `  ${printable(command)}`)]
      : ['The command that made what was moved makes it again.'];
  return `${[...lines, ...rest].join('\n')}\n`;
}

function whatNow(kind: Inspected['kind'], movedTo: string | null): string {
  if (movedTo !== null) return `moved to ${printable(movedTo)}`;
  if (kind === 'checkpoint') return 'deleted; its cell starts again';
  if (kind === 'report')
    return 'left where it is; a run’s is written again by lottery report, a study’s by its command';
  return 'left where it is';
}
