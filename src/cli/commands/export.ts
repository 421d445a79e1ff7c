import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { encodeNpz } from '../../data/formats/npz.js';
import { type CellPart, cellParts, exportedTensors } from '../../experiments/exported-tensors.js';
import { encodeSafetensors } from '../../experiments/files/safetensors.js';
import { FileStore } from '../../node/store/index.js';
import { fileTrouble } from '../../node/store/trouble.js';
import { UsageError } from '../errors.js';
import { storeOption } from '../options.js';
import { byteText } from '../terminal.js';

interface ExportFlags {
  readonly format: 'safetensors' | 'npz';
  readonly what: CellPart;
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
        .choices(cellParts)
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
  const { tensors, units } = exportedTensors(await store.read(id), flags.what);
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
  process.stdout.write(
    `${path}: ${[...tensors.keys()].join(', ')}; ${byteText(bytes.length)}${units === null ? '' : `; units left: ${units}`}\n`,
  );
}
