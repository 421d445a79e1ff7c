import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findNative } from '../kernels/index.js';
import { packageRoot } from '../package-root.js';
import type { EngineId } from './cases.js';
import type { Launch } from './engine-process.js';

const run = promisify(execFile);

/** The peers' engines, which lie beside dist/ in the repository and in the package. */
const peerEngine = (file: string) => join(packageRoot, 'bench', 'engines', file);

/** Lottery Lab's own. */
const ownEngine = join(packageRoot, 'dist', 'node', 'bench', 'own-engine.js');

/** Its libraries have threads of their own, which torch.set_num_threads does not reach. */
export const oneThread = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/**
 * glibc's malloc as it keeps memory: no buffer is mapped by itself, and the top of the heap is not given back. Its default
 * gives large buffers back to the kernel at every step, which then clears their pages anew.
 */
export const memoryKept = {
  MALLOC_MMAP_THRESHOLD_: '1073741824',
  MALLOC_TRIM_THRESHOLD_: '4294967296',
  MALLOC_TOP_PAD_: '268435456',
} as const;

/** Where a Python with PyTorch may be: the one in LOTTERY_PYTHON, the path's, the system's. */
const pythons = (): string[] => {
  const asked = process.env.LOTTERY_PYTHON;
  return asked ? [asked] : ['python3', '/usr/bin/python3'];
};

/** The first Python that can import torch, or null. */
export async function findPyTorch(): Promise<string | null> {
  for (const python of pythons()) {
    try {
      await run(python, ['-c', 'import torch'], { timeout: 60_000 });
      return python;
    } catch {
      // Missing, or without torch: the next one is tried.
    }
  }
  return null;
}

/** Whether a package can be imported from where the peers' engines lie. */
function isInstalled(name: string): boolean {
  try {
    createRequire(peerEngine('tfjs.mjs')).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** How to start each engine that is here. */
export async function findEngines(): Promise<ReadonlyMap<EngineId, Launch>> {
  const found = new Map<EngineId, Launch>();
  const node = (file: string, env?: Record<string, string>): Launch => ({
    command: process.execPath,
    words: [file],
    env,
  });
  if (findNative().usable) found.set('native', node(ownEngine, { LOTTERY_KERNELS: 'native' }));
  found.set('wasm', node(ownEngine, { LOTTERY_KERNELS: 'wasm' }));
  const python = await findPyTorch();
  if (python !== null) {
    const script = { command: python, words: [peerEngine('pytorch.py')] };
    found.set('pytorch-default', { ...script, env: oneThread });
    // The names are glibc's; elsewhere there is one setting.
    if (process.platform === 'linux') found.set('pytorch-kept', { ...script, env: { ...oneThread, ...memoryKept } });
  }
  if (isInstalled('@tensorflow/tfjs-backend-wasm')) found.set('tfjs', node(peerEngine('tfjs.mjs')));
  if (isInstalled('@jax-js/jax')) found.set('jax', node(peerEngine('jax.mjs')));
  return found;
}
