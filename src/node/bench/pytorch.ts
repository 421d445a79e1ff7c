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

/** Networks that the script below knows. */
export type NetworkPeer = 'conv-2' | 'resnet-20' | 'vgg-16';

/** The same for convolutional networks; a sample is one step. */
const networkScript = `
import json, sys, time
import torch
from torch import nn
import torch.nn.functional as F
torch.set_num_threads(1)
torch.manual_seed(1)
name, samples = sys.argv[1], int(sys.argv[2])

class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.shortcut(x))

def conv2():
    return [nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(16384, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)]

def resnet20():
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for stage, outputs in enumerate((16, 32, 64)):
        for block in range(3):
            layers.append(Block(inputs, outputs, 2 if stage > 0 and block == 0 else 1))
            inputs = outputs
    return layers + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]

def vgg16():
    layers, inputs = [], 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(inputs, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    return layers + [nn.Flatten(), nn.Linear(512, 10)]

build, batch = {"conv-2": (conv2, 60), "resnet-20": (resnet20, 128), "vgg-16": (vgg16, 64)}[name]
x, y = torch.randn(batch, 3, 32, 32), torch.randint(0, 10, (batch,))
out = {"version": torch.__version__}
for kind in ("dense", "masked"):
    net = nn.Sequential(*build())
    weights = [p for p in net.parameters() if p.dim() > 1]
    masks = [(torch.rand_like(p) < 0.1).float() for p in weights]
    if name == "conv-2":
        optimiser = torch.optim.Adam(net.parameters(), lr=2e-4)
    else:
        optimiser = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9, weight_decay=1e-4)
    times = []
    for step in range(samples + 1):
        began = time.perf_counter()
        optimiser.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimiser.step()
        if kind == "masked":
            with torch.no_grad():
                for weight, mask in zip(weights, masks):
                    weight.mul_(mask)
        times.append((time.perf_counter() - began) * 1000)
    out[kind] = times[1:]
print(json.dumps(out))
`;

/** Times PyTorch's step of a convolutional network in a process of its own, on one thread. */
export async function sampleNetwork({ python }: PyTorch, name: NetworkPeer, samples: number): Promise<PyTorchSamples> {
  return runScript(python, networkScript, [name, String(samples)]);
}

/** Times PyTorch's step in a process of its own, on one thread. */
export async function samplePyTorch({ python }: PyTorch, samples: number): Promise<PyTorchSamples> {
  return runScript(python, script, [String(samples)]);
}

async function runScript(python: string, text: string, words: readonly string[]): Promise<PyTorchSamples> {
  const { stdout } = await run(python, ['-c', text, ...words], {
    timeout: 600_000,
    // Its libraries have threads of their own, which torch.set_num_threads does not reach.
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
  });
  return JSON.parse(stdout) as PyTorchSamples;
}
