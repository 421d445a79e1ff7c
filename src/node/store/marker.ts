import { readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DamageError } from '../../experiments/damage.js';
import { encodeMarker } from '../../experiments/files/marker.js';
import { openSealed } from '../../experiments/files/sealed-json.js';
import { FolderError } from '../folder-error.js';
import { asideName, type WriteBytes } from './durably.js';
import { formats, layout, STORE_FORMAT } from './layout.js';
import { clearFormat1 } from './leftovers.js';
import { makeFolder } from './make-folder.js';

/** `store.json`, which says that a folder is a store, and of which format. */

type Marker = { readonly kind: 'absent' } | { readonly kind: 'whole'; readonly format: number } | Wrong;
interface Wrong {
  readonly kind: 'damaged';
  readonly what: string;
}

/** @throws FolderError when a later version made the store */
async function readMarker(folder: string): Promise<Marker> {
  const path = layout.marker(folder);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' };
    throw error;
  }
  const opened = openSealed<object>(bytes, formats);
  if (opened.kind === 'damaged') return opened;
  if (opened.kind !== 'later') return { kind: 'whole', format: opened.format };
  throw new FolderError(
    `${path} says format ${opened.format}; this version of lottery-lab knows formats up to ${STORE_FORMAT}. Update lottery-lab, or use another folder.`,
    'store',
  );
}

/**
 * Checks that a folder can be read as a store. One that is absent is an empty store.
 *
 * @throws FolderError when a later version made it; DamageError when `store.json` is damaged
 */
export async function checkMarker(folder: string): Promise<void> {
  const marker = await readMarker(folder);
  if (marker.kind !== 'damaged') return;
  const path = layout.marker(folder);
  throw new DamageError(`${path} is damaged: ${marker.what}.`, { kind: 'store', name: basename(path) });
}

/**
 * Makes a folder a store of this format, if it is not one yet.
 *
 * @param setAside moves a damaged `store.json` away
 * @throws FolderError when it holds other things, or a later version made it
 */
export async function makeStore(folder: string, write: WriteBytes, setAside: () => Promise<unknown>): Promise<void> {
  const marker = await readMarker(folder);
  if (marker.kind === 'whole' && marker.format === STORE_FORMAT) return;
  if (marker.kind === 'absent') await refuseOthers(folder);
  if (marker.kind === 'damaged') await setAside();
  await makeFolder(layout.aside(folder));
  if (marker.kind === 'whole') await clearFormat1(folder);
  const half = join(layout.aside(folder), asideName());
  await write(half, encodeMarker());
  await rename(half, layout.marker(folder));
}

/** Folders of a store, by which one is known whose `store.json` is lost. */
const folders = [
  layout.cells,
  layout.checkpoints,
  layout.measurements,
  layout.runs,
  layout.studies,
  layout.claims,
  layout.failures,
  layout.workers,
  layout.aside,
  layout.damaged,
];

/** @throws FolderError when a folder that is no store holds anything */
async function refuseOthers(folder: string): Promise<void> {
  await makeFolder(folder);
  const own = new Set(folders.map((place) => basename(place(folder))));
  const names = await readdir(folder);
  const isStore = names.includes(basename(layout.cells(folder)));
  const present = names.filter(
    (name) =>
      !(isStore && own.has(name)) && !name.startsWith('store.json') && name !== basename(layout.slurmSettings(folder)),
  );
  // A process may be making the same store at this moment.
  if (present.length === 0 || present.every((name) => name === basename(layout.aside(folder)))) return;
  throw new FolderError(
    `${folder} is not a store of lottery-lab and is not empty (it holds ${present.slice(0, 3).join(', ')}).`,
    'store',
  );
}
