// What the benchmark's page says whatever was measured.
import { memoryKept } from '../dist/node/bench/engines.js';

/** The operations that take most of the time in the kernels' sections, and what each does besides multiplying and adding. */
export const operationBounds = {
  linear_forward: '48 multiplications and additions for ten loads',
  linear_input_gradient: 'the same, and copying panels of weights',
  linear_weight_gradient: 'seven loads for six multiplications and additions; turning inputs once',
  sparse_forward: 'four sums a weight, each waiting for its last addition',
  sparse_input_gradient: 'as sparse_forward, each weight loaded by its index',
  sparse_weight_gradient: 'eight of its sixteen vector operations are shuffles',
  convolution: '24 multiplications and additions for ten loads; sums go to memory and back every 144 terms',
  sparse_convolution:
    'eight loads for eight multiplications and additions; with few channels, reading and writing maps',
  convolution_weight_gradient: 'seven loads for six multiplications and additions; turning one side once',
  sparse_convolution_weight_gradient: 'as sparse_weight_gradient',
};

const settings = Object.entries(memoryKept)
  .map(([name, value]) => `${name}=${value}`)
  .join(' ');

export const howToRepeat = [
  '## How to repeat this page',
  '',
  '```',
  'npm run build:native',
  'npm ci --prefix bench --ignore-scripts   # TensorFlow.js and jax-js, for comparison',
  'npm run bench -- --out docs',
  'npm run bench -- --compare docs/benchmarks/results.json another/benchmarks/results.json',
  '```',
  '',
  '`npm run bench:experiment` runs one trial of LeNet-300-100 on MNIST to its end, by the command and by PyTorch, on one core: 27',
  'trainings of 16,000 iterations, evaluations, pruning and writing included. On the processor of this page they took 297 s and 959 s,',
  '0.31 of the time. All but 2.8 s of the 297 were spent in trainings, from 20 s for the dense',
  'network to 3 s at 5.6% of weights. Were every surviving weight computed at the peak, it would be some 110 s.',
  '',
  '`lottery bench`, in the installed package, runs the same. PyTorch is used where `python3`, or the Python that `LOTTERY_PYTHON`',
  'names, can import it. The samples are in [`benchmarks/results.json`](benchmarks/results.json); what has become of the kernels',
  'since they were taken is in the changelog, and under _Things measured_ in [architecture.md](architecture.md).',
  '',
  '**Turns.** Every case runs in a process of its own, which stays alive and is asked for one short block at a time: a step, or as many',
  'as last 80 ms. In a round each case runs one block; each round begins with another case. A ratio is the median over the',
  'rounds of the ratio of two samples of one round, so that what changes slowly falls on both. Processes are started anew up',
  'to three times, because how memory happens to lie differs from one to the next.',
  '',
  '**Noise.** A block whose processor time is 3% or more below its wall time was interrupted, and is taken again. A round is',
  'taken again if other programs used more than a fifth of a core (on large machines a fiftieth of the cores), or if more than 2% of the',
  'time was stolen by a hypervisor. A run with rounds that stayed disturbed says so in its first line and states no ratio.',
  'A ratio within 5% of one counts as no difference: two quiet runs of one machine should agree within that on every ratio, and',
  '`--compare` says whether they do. On a virtual machine, whose neighbours share its caches and memory unseen, they do not: of two',
  'runs one after the other on the processor of this page, the first quiet by the measures above and the second with two rounds of',
  '282 disturbed, 45 of 98 ratios differed by more than 5%, 22 by more than 10% and one by 20%; half of them by less than 4.3%. In the',
  'second PyTorch took 10% longer for a step of LeNet-300-100 from beginning to end, and Lottery Lab 3%. Quartiles are over the rounds of one',
  'run and do not hold that: read a difference of less than a tenth between engines as none.',
  '',
  '**Peers as their authors advise.** PyTorch, by its tuning guide: gradients set to none, fused optimisers where the version has them',
  'for the processor, images channels-last as a case of its own, one thread for each of its libraries. It runs in two',
  'settings of the allocator. The default one is what `python3` does. *Memory kept* has in its environment',
  `\`${settings}\`,`,
  'with which glibc keeps large buffers from step to step; the guide advises jemalloc or TCMalloc to the same end. Ratios are of',
  'the fastest of these for the case. `torch.compile` is not used: it needs a C++ compiler and minutes, and a pruning script seldom',
  'has it. Weights of `torch.sparse` are matrices of coordinates in order, whose values are trained. TensorFlow.js: its authors advise',
  'the native binding of TensorFlow in Node; what is compared here is its WebAssembly backend with SIMD, as in a browser. jax-js: the',
  'whole step under `jit()`, on its WebAssembly device. Both are timed on fully connected networks alone.',
];

export const earlierPage = [
  '## What earlier pages had wrong',
  '',
  '- **PyTorch was timed with its default allocator only.** It returns large buffers to the kernel after every step and requests them',
  '  again at the next; in a virtual machine these page faults are most of the step. On a quiet AMD Zen 5, one thread, a step of',
  '  LeNet-300-100 took 6 ms that way and 1.4 ms with memory kept, Conv-2 700 and 145 ms, ResNet-20 900 and 360 ms. Every ratio to',
  '  PyTorch flattered Lottery Lab.',
  '- **The peak was too low.** Its loops waited for the latency of their sums: on that processor they reached 89 GFLOP/s, where',
  '  independent sums reach 224. Shares of the peak were too high, there by a factor of 2.5.',
  '- **Nothing watched the machine.** Under heavy load the page said that a peer was faster “in none of the cases”, and that two threads',
  '  were slower than one, without a word about the load.',
  '- **Engines alternated minutes apart.** Each ran all its cases before the next began, so that what changed on the machine',
  '  meanwhile affected some of them and not others.',
];
