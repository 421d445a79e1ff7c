import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { encodeNpz } from '../../data/formats/npz.js';
import { networkOf } from '../../experiments/cell-specification.js';
import { compactOf } from '../../experiments/execute.js';
import { encodeSafetensors, type StoredTensor } from '../../experiments/files/safetensors.js';
import type { FinishedCell } from '../../experiments/store.js';
import { channelsOf } from '../../networks/channels.js';
import { InputError } from '../../networks/errors.js';
import { type Network, parametersOf } from '../../networks/network.js';
import { FileStore } from '../../node/store/index.js';
import { fileTrouble } from '../../node/store/trouble.js';
import type { Compact } from '../../tickets/index.js';
import { UsageError } from '../errors.js';
import { storeOption } from '../options.js';
import { byteText } from '../terminal.js';

interface ExportFlags {
  readonly format: 'safetensors' | 'npz';
  readonly what: 'final' | 'early-stop' | 'mask';
  readonly out?: string;
  readonly store: string;
}

/** `lottery export`. */
export function exportCommand(): Command {
  return new Command('export')
    .description("write a cell's weights or mask to a file, in PyTorch's names and layouts")
    .argument('<cell>', 'the beginning of the name of a cell (lottery run ... --dry-run lists them)')
    .addOption(new Option('--format <format>', 'file format').choices(['safetensors', 'npz']).default('safetensors'))
    .addOption(
      new Option('--what <what>', 'weights at the end, weights at early stop, or the mask')
        .choices(['final', 'early-stop', 'mask'])
        .default('final'),
    )
    .option('--out <file>', 'file to write; - for standard output')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nWhere pruned units are removed from the network (pruning.structure units), arrays have the sizes of the smaller network.\n\nExamples:\n  $ lottery export 3fa9c0d1 --format npz --out ticket.npz\n  $ lottery export 3fa9c0d1 --what mask',
    )
    .action(exportCell);
}

async function exportCell(beginning: string, flags: ExportFlags): Promise<void> {
  if (beginning.length < 4) {
    throw new UsageError(
      `${beginning} is too short for the beginning of a cell's name; give at least four digits of it.`,
    );
  }
  const store = await FileStore.open(flags.store);
  const id = await store.find(beginning);
  if (id === null) {
    throw new UsageError(
      `no cell in ${flags.store} begins with ${beginning}; expected four or more digits of a cell that lottery run --dry-run lists as in the store.`,
    );
  }
  const { tensors, units } = exported(await store.read(id), flags.what);
  const bytes = flags.format === 'npz' ? encodeNpz(tensors) : encodeSafetensors(tensors);
  if (flags.out === '-') {
    process.stdout.write(bytes);
    return;
  }
  const path = flags.out ?? `${id.slice(0, 12)}-${flags.what}.${flags.format}`;
  try {
    await writeFile(path, bytes);
  } catch (error) {
    throw fileTrouble(error, `cannot write ${path}`);
  }
  process.stdout.write(`${path}: ${[...tensors.keys()].join(', ')}; ${byteText(bytes.length)}${units}\n`);
}

/** The part of a cell that is written: tensors in the shapes of the network that was trained, without its pruned units. */
function exported(
  cell: FinishedCell,
  what: ExportFlags['what'],
): { tensors: Map<string, StoredTensor>; units: string } {
  const { specification, mask } = cell;
  if (what === 'mask' && mask === null) {
    throw new InputError(`cell ${cell.id.slice(0, 12)} is the dense network and has no mask.`);
  }
  const whole = networkOf(specification);
  const compact = mask === null ? null : compactOf(specification, mask);
  const weights = what === 'early-stop' ? cell.earlyStopWeights : cell.finalWeights;
  const source = what === 'mask' ? (compact?.mask ?? mask) : (compact?.shrink(weights) ?? weights);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape } of parametersOf(compact?.network ?? whole)) {
    const values = source?.get(name);
    if (values !== undefined) tensors.set(name, { shape, values });
  }
  return { tensors, units: compact === null ? '' : `; units left: ${unitsLeft(whole, compact)}` };
}

/** `fc1 240 of 300, fc2 80 of 100`. */
function unitsLeft(whole: Network, { channels }: Compact): string {
  return channelsOf(whole)
    .groups.map(({ name, size }) => `${name} ${channels.get(name)?.length} of ${size}`)
    .join(', ');
}
