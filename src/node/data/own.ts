import { readFileSync, statSync } from 'node:fs';
import type { DataChoices } from '../../data/choices.js';
import type { Dataset } from '../../data/dataset.js';
import { firstExamples } from '../../data/first-examples.js';
import { datasetFromNpz } from '../../data/from-npz.js';
import { InputError } from '../../networks/errors.js';
import { expandHome } from './home.js';

export interface OwnDataRequest {
  /** An `.npz` file, or a folder; `~` at its start is the home folder. */
  readonly path: string;
  /** Training examples, validation included: the first ones. */
  readonly train?: number | undefined;
  readonly test?: number | undefined;
  readonly choices?: DataChoices | undefined;
  /** Told once each what was done with the data, and what of them was not used. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * The user's own data: an `.npz` file, or a folder of images for each class.
 *
 * @throws InputError naming the file, what was expected and what was found, and the setting that decides
 */
export async function loadOwnData({ train, test, choices = {}, onNote, ...request }: OwnDataRequest): Promise<Dataset> {
  const path = expandHome(request.path);
  const tell = onNote ?? (() => {});
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new InputError(`${path}: expected an .npz file or a folder, found nothing there.`);
  // As large a file as Node reads at once.
  if (found.isFile() && found.size >= 2 ** 31) {
    throw new InputError(`${path}: expected at most 2 GiB; found ${found.size} bytes. Save fewer or smaller images.`);
  }
  let whole: Dataset;
  if (found.isDirectory()) {
    // Decoders of images are loaded for those who have images.
    const { datasetFromFolder } = await import('./own-folder.js');
    whole = await datasetFromFolder(path, choices, tell);
  } else if (/\.npz$/i.test(path)) whole = datasetFromNpz(readFileSync(path), path, { choices, onNote: tell });
  else throw new InputError(`${path}: expected an .npz file, or a folder with train and test in it.`);
  return train === undefined && test === undefined ? whole : firstExamples(whole, train, test);
}
