import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Optimiser } from '../../training/types.js';

const run = promisify(execFile);

/** The same steps in PyTorch, as the benchmark suite runs them too: dense, and with a mask multiplied into the weights. */
const script = fileURLToPath(new URL('../../../bench/engines/pytorch.py', import.meta.url));

export interface PyTorch {
  readonly python: string;
  readonly version: string;
}

export interface PyTorchSamples {
  readonly dense: readonly number[];
  readonly masked: readonly number[];
}

/** Where a Python with PyTorch may be: the one in LOTTERY_PYTHON, the path's, the system's. */
const pythons = (): string[] => {
  const asked = process.env.LOTTERY_PYTHON;
  return asked ? [asked] : ['python3', '/usr/bin/python3'];
};

/** The first Python that can import torch, or null. */
export async function findPyTorch(): Promise<PyTorch | null> {
  for (const python of pythons()) {
    try {
      const { stdout } = await run(python, ['-c', 'import torch; print(torch.__version__)'], { timeout: 60_000 });
      return { python, version: stdout.trim() };
    } catch {
      // Missing, or without torch: the next one is tried.
    }
  }
  return null;
}

/** Convolutional networks that the script knows. */
export type NetworkPeer = 'conv-2' | 'resnet-20' | 'vgg-16';

/** A convolutional network as it is trained. */
interface NetworkTest {
  readonly name: NetworkPeer;
  readonly batch: number;
  readonly optimiser: Optimiser;
}

/** Milliseconds of its steps, in a process of its own, on one thread. */
export function sampleNetwork(pytorch: PyTorch, test: NetworkTest, samples: number): Promise<PyTorchSamples> {
  const { name: network, batch, optimiser } = test;
  return ask(pytorch, samples, { network, batch, optimiser: optimiser.name === 'adam' ? 'adam' : 'momentum' }, 0.1);
}

/** Milliseconds of steps of LeNet-300-100, likewise. */
export function samplePyTorch(pytorch: PyTorch, samples: number): Promise<PyTorchSamples> {
  const test = { network: 'lenet-300-100', hidden: [300, 100], batch: 60, optimiser: 'adam' };
  return ask(pytorch, samples, test, 0.036);
}

async function ask({ python }: PyTorch, samples: number, test: object, density: number): Promise<PyTorchSamples> {
  const cases = [
    { ...test, kind: 'dense', density: 1 },
    { ...test, kind: 'masked', density },
  ];
  const { stdout } = await run(python, [script, JSON.stringify({ threads: 1, samples, cases })], {
    timeout: 600_000,
    // Its libraries have threads of their own, which torch.set_num_threads does not reach.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  const { results } = JSON.parse(stdout) as { results: readonly { readonly ms: readonly number[] }[] };
  return { dense: results[0].ms, masked: results[1].ms };
}
