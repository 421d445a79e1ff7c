import { accessSync, constants, existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { dataFolders } from '../../../node/data/index.js';
import { chooseKernels, vectorUnits } from '../../../node/kernels/index.js';
import { machine } from '../../machine.js';
import { byteText } from '../../terminal.js';

/** One check: what was found, and what to do where something is missing. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly remedy: string | null;
}

/** What this machine has for this program. */
export function findingsHere(flags: { readonly store: string; readonly data?: string }): Finding[] {
  return [
    nodeFinding(),
    machineFinding(),
    ...kernelFindings(),
    ...folderFindings(flags.data),
    storeFinding(flags.store),
  ];
}

function nodeFinding(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  return {
    what: 'Node',
    ok,
    found: process.versions.node,
    remedy: ok ? null : 'Lottery Lab needs Node 20.19 or later; see nodejs.org.',
  };
}

function machineFinding(): Finding {
  const { platform, processor } = machine();
  const offers = vectorUnits().join(', ');
  const found = `${processor}, ${platform}, ${availableParallelism()} cores, ${byteText(totalmem())} of memory${offers === '' ? '' : `; vector units: ${offers}`}`;
  return { what: 'processor', ok: true, found, remedy: null };
}

function kernelFindings(): Finding[] {
  const { target, reason, native } = chooseKernels();
  const used: Finding = {
    what: 'kernels',
    ok: true,
    found: `${target === 'native' ? 'native' : 'WebAssembly'}, because ${reason}`,
    remedy: null,
  };
  return [
    used,
    native.usable
      ? { what: 'native kernels', ok: true, found: `${native.path}, by ${native.compiler}`, remedy: null }
      : { what: 'native kernels', ok: false, found: native.reason, remedy: native.remedy },
  ];
}

function folderFindings(given: string | undefined): Finding[] {
  const folders = dataFolders(given);
  const present = folders.filter((folder) => existsSync(folder));
  const absent = folders.filter((folder) => !present.includes(folder));
  const named = absent.filter((folder) => folder === given || folder === process.env.LOTTERY_DATA);
  return [
    {
      what: 'data',
      ok: named.length === 0,
      found: `looked for in ${folders.join(', ')}${absent.length > 0 ? ` (not there yet: ${absent.join(', ')})` : ''}`,
      remedy:
        named.length > 0
          ? `The folder ${named[0]} does not exist; create it, or name another.`
          : 'lottery data list shows which data sets are found; missing ones are downloaded when first needed.',
    },
  ];
}

function storeFinding(folder: string): Finding {
  // The nearest folder above that exists is where the store would be made.
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    return {
      what: 'store',
      ok: true,
      found: place === folder ? folder : `${folder}, which the first run creates`,
      remedy: null,
    };
  } catch {
    return {
      what: 'store',
      ok: false,
      found: `${folder} is not writable`,
      remedy: 'Name another folder with --store or LOTTERY_STORE, or change its permissions.',
    };
  }
}
