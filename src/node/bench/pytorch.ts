import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The same step in PyTorch: LeNet-300-100, batch 60, Adam with its defaults, one thread; then with a mask multiplied into
 * the weights after every step, which is how pruned networks are trained there. Prints its version and the milliseconds
 * of each timed sample of ten steps.
 */
const script = `
import json, sys, time
import torch
torch.set_num_threads(1)
torch.manual_seed(1)
samples = int(sys.argv[1])
x, y = torch.randn(60, 784), torch.randint(0, 10, (60,))
out = {"version": torch.__version__, "threads": torch.get_num_threads()}
for name in ("dense", "masked"):
    net = torch.nn.Sequential(torch.nn.Linear(784, 300), torch.nn.ReLU(), torch.nn.Linear(300, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
    weights = [p for p in net.parameters() if p.dim() == 2]
    masks = [(torch.rand_like(p) < 0.036).float() for p in weights]
    adam = torch.optim.Adam(net.parameters(), lr=1.2e-3)
    def step():
        adam.zero_grad()
        torch.nn.functional.cross_entropy(net(x), y).backward()
        adam.step()
        if name == "masked":
            with torch.no_grad():
                for weight, mask in zip(weights, masks):
                    weight.mul_(mask)
    for _ in range(50):
        step()
    times = []
    for _ in range(samples):
        began = time.perf_counter()
        for _ in range(10):
            step()
        times.append((time.perf_counter() - began) * 100)
    out[name] = times
print(json.dumps(out))
`;

export interface PyTorch {
  readonly python: string;
  readonly version: string;
}

export interface PyTorchSamples {
  readonly version: string;
  readonly dense: readonly number[];
  readonly masked: readonly number[];
}

/** Places a Python with PyTorch may be: the one asked for, the path's, the system's. */
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
      // Not there, or without torch: the next place is tried.
    }
  }
  return null;
}

/** Times PyTorch's step in a process of its own, on one thread. */
export async function samplePyTorch({ python }: PyTorch, samples: number): Promise<PyTorchSamples> {
  const { stdout } = await run(python, ['-c', script, String(samples)], {
    timeout: 300_000,
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  return JSON.parse(stdout) as PyTorchSamples;
}
