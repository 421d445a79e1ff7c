import { availableParallelism } from 'node:os';
import type { Test, TestKind } from './protocol.js';

/** What the benchmark times, by section. */

/** Engines, PyTorch once for each setting of its allocator. */
export const engineNames = {
  native: 'Lottery Lab, native',
  wasm: 'Lottery Lab, WebAssembly',
  'pytorch-default': 'PyTorch, default allocator',
  'pytorch-kept': 'PyTorch, memory kept',
  tfjs: 'TensorFlow.js',
  jax: 'jax-js',
} as const;

export type EngineId = keyof typeof engineNames;

/** Libraries that Lottery Lab is compared with, and the engines that are settings of each. */
export const peers = {
  PyTorch: ['pytorch-default', 'pytorch-kept'],
  'TensorFlow.js': ['tfjs'],
  'jax-js': ['jax'],
} as const satisfies Readonly<Record<string, readonly EngineId[]>>;

export type Peer = keyof typeof peers;

/** Networks whose steps are compared, with their names on the page. */
export const networkNames = {
  'lenet-300-100': 'LeNet-300-100',
  'conv-2': 'Conv-2',
  'resnet-20': 'ResNet-20',
  'vgg-16': 'VGG-16',
} as const;

export type ComparedNetwork = keyof typeof networkNames;

/** A case: one engine, one test, so many threads. It has a process of its own. */
export interface Case {
  readonly engine: EngineId;
  readonly test: Test;
  readonly threads: number;
}

/** Cases that take turns, step by step. */
export interface Group {
  readonly name: string;
  readonly cases: readonly Case[];
}

export interface Section {
  /** Times that every process is started anew: how memory happens to lie differs from process to process. */
  readonly launches: number;
  /** Rounds of each launch; every case gives a sample in each. */
  readonly rounds: number;
  readonly groups: readonly Group[];
}

type Trained = Omit<Test, 'kind' | 'density'>;

const lenet: Trained = { network: 'lenet-300-100', hidden: [300, 100], batch: 60, optimiser: 'adam' };
const conv2: Trained = { network: 'conv-2', batch: 60, optimiser: 'adam' };
const resnet20: Trained = { network: 'resnet-20', batch: 128, optimiser: 'momentum' };
const vgg16: Trained = { network: 'vgg-16', batch: 64, optimiser: 'momentum' };

/** The cases of engines at densities. */
function cases(
  engines: readonly EngineId[],
  trained: Trained,
  kind: TestKind,
  densities: readonly number[] = [1],
  threads = 1,
): Case[] {
  return engines.flatMap((engine) =>
    densities.map((density) => ({ engine, test: { ...trained, kind, density }, threads })),
  );
}

const own = ['native', 'wasm'] as const;
const pytorch = peers.PyTorch;

/** Steps of a convolutional network; PyTorch advises channels-last images for these. */
function convolutional(trained: Trained, densities: readonly number[]): Group[] {
  return [
    {
      name: trained.network,
      cases: [
        ...cases(own, trained, 'step', densities),
        ...cases(pytorch, trained, 'dense'),
        ...cases(pytorch, trained, 'channels-last'),
        ...cases(pytorch, trained, 'masked', [0.1]),
      ],
    },
  ];
}

const ladder: Trained & Pick<Test, 'levels' | 'iterations'> = { ...lenet, levels: 19, iterations: 300 };

/** Values of one size of a fully connected network, the others fixed. */
const sizes = [
  ...[50, 100, 300, 1000].map((units) => ({
    name: `width ${units}`,
    trained: { ...lenet, network: 'stack', hidden: [units, 100] } as const,
  })),
  ...[16, 60, 128, 512].map((batch) => ({ name: `batch ${batch}`, trained: { ...lenet, batch } })),
  ...[1, 2, 4, 8].map((depth) => ({
    name: `depth ${depth}`,
    trained: { ...lenet, network: 'stack', hidden: Array<number>(depth).fill(300) } as const,
  })),
];

const fewDensities = [1, 0.5, 0.2, 0.1, 0.05];
const cellWorkers = availableParallelism();

export const sections = {
  'lenet-300-100': {
    launches: 3,
    rounds: 7,
    groups: [
      {
        name: 'lenet-300-100',
        cases: [
          ...cases(own, lenet, 'step', [1, 0.5, 0.2, 0.1, 0.05, 0.036, 0.01]),
          ...cases(pytorch, lenet, 'dense'),
          ...cases(pytorch, lenet, 'masked', [0.1]),
          ...cases(pytorch, lenet, 'sparse', [0.1, 0.036, 0.01]),
          ...cases(['tfjs', 'jax'], lenet, 'dense'),
        ],
      },
    ],
  },
  'conv-2': { launches: 3, rounds: 5, groups: convolutional(conv2, fewDensities) },
  'resnet-20': { launches: 3, rounds: 5, groups: convolutional(resnet20, fewDensities) },
  'vgg-16': { launches: 3, rounds: 3, groups: convolutional(vgg16, [1, 0.1]) },
  threads: {
    launches: 3,
    rounds: 5,
    groups: [
      {
        name: 'threads',
        cases: [1, 2].flatMap((threads) => cases(own, resnet20, 'step', [1, 0.1], threads)),
      },
    ],
  },
  kernels: {
    launches: 1,
    rounds: 7,
    groups: [lenet, conv2, resnet20].map((trained) => ({
      name: trained.network,
      cases: cases(own, trained, 'operations', [1, 0.1]),
    })),
  },
  ladder: {
    launches: 3,
    rounds: 1,
    groups: [{ name: 'ladder', cases: cases([...own, ...pytorch], ladder, 'ladder') }],
  },
  sizes: {
    launches: 3,
    rounds: 5,
    groups: sizes.map(({ name, trained }) => ({
      name,
      cases: [...cases(['native'], trained, 'step', [1, 0.1]), ...cases(pytorch, trained, 'dense')],
    })),
  },
  cores: {
    launches: 1,
    rounds: 3,
    groups: [
      {
        name: 'cores',
        cases: [...new Set([1, cellWorkers])].flatMap((workers) => cases(own, lenet, 'cells', [1], workers)),
      },
    ],
  },
} as const satisfies Readonly<Record<string, Section>>;

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];
