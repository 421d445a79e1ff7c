// What the benchmark times, by section. A test is one network at one density, batch and pruning method.

export const lenet = { network: 'lenet-300-100', hidden: [300, 100], batch: 60, optimiser: 'adam' };
export const conv2 = { network: 'conv-2', batch: 60, optimiser: 'adam' };
export const resnet20 = { network: 'resnet-20', batch: 128, optimiser: 'momentum' };

export const densities = {
  'lenet-300-100': [1, 0.5, 0.2, 0.1, 0.05, 0.036, 0.01],
  'conv-2': [1, 0.5, 0.2, 0.1, 0.05],
  'resnet-20': [1, 0.5, 0.2, 0.1, 0.05],
};

export const names = { 'lenet-300-100': 'LeNet-300-100', 'conv-2': 'Conv-2', 'resnet-20': 'ResNet-20' };

/** Engines, with their names on the page; `peer` is the package that must be installed, `own` the target of our kernels. */
export const engines = {
  native: { name: 'Lottery Lab, native', own: 'native' },
  wasm: { name: 'Lottery Lab, WebAssembly', own: 'wasm' },
  pytorch: { name: 'PyTorch', peer: 'pytorch' },
  tfjs: { name: 'TensorFlow.js', peer: 'tfjs' },
  jax: { name: 'jax-js', peer: 'jax' },
};

const ours = (test, list, kind = 'step') => list.map((density) => ({ ...test, kind, density }));

/** The time of a step against one size of a fully connected network, the others fixed. */
const sizes = {
  width: [50, 100, 300, 1000].map((value) => ({ value, test: { ...lenet, network: 'stack', hidden: [value, 100] } })),
  batch: [16, 60, 128, 512].map((value) => ({ value, test: { ...lenet, batch: value } })),
  depth: [1, 2, 4, 8].map((value) => ({ value, test: { ...lenet, network: 'stack', hidden: Array(value).fill(300) } })),
};

/**
 * The sections: the tests of each engine, in the order of its results. `samples` are taken in each of `rounds` rounds, in
 * which the engines take turns.
 */
export const sections = {
  'lenet-300-100': {
    rounds: 5,
    samples: 5,
    asks: {
      native: ours(lenet, densities['lenet-300-100']),
      wasm: ours(lenet, densities['lenet-300-100']),
      pytorch: [
        { ...lenet, kind: 'dense', density: 1 },
        { ...lenet, kind: 'masked', density: 0.1 },
        ...[0.1, 0.036, 0.01].map((density) => ({ ...lenet, kind: 'sparse', density })),
      ],
      tfjs: [{ ...lenet, kind: 'dense', density: 1 }],
      jax: [{ ...lenet, kind: 'dense', density: 1 }],
    },
  },
  ...Object.fromEntries(
    [conv2, resnet20].map((test) => [
      test.network,
      {
        rounds: 3,
        samples: 2,
        asks: {
          native: ours(test, densities[test.network]),
          wasm: ours(test, densities[test.network]),
          pytorch: [
            { ...test, kind: 'dense', density: 1 },
            { ...test, kind: 'masked', density: 0.1 },
          ],
        },
      },
    ]),
  ),
  threads: {
    rounds: 3,
    samples: 2,
    threads: [1, 2],
    asks: { native: ours(resnet20, [1, 0.1]), wasm: ours(resnet20, [1, 0.1]) },
  },
  kernels: {
    rounds: 1,
    samples: 5,
    asks: {
      native: [lenet, conv2, resnet20].flatMap((test) => ours(test, [1, 0.1], 'operations')),
      wasm: [lenet, conv2, resnet20].flatMap((test) => ours(test, [1, 0.1], 'operations')),
    },
  },
  ladder: {
    rounds: 2,
    samples: 1,
    asks: Object.fromEntries(
      ['native', 'wasm', 'pytorch'].map((engine) => [
        engine,
        [{ ...lenet, kind: 'ladder', levels: 19, iterations: 300, density: 1 }],
      ]),
    ),
  },
  sizes: {
    rounds: 3,
    samples: 3,
    asks: {
      native: Object.values(sizes).flatMap((list) => list.flatMap(({ test }) => ours(test, [1, 0.1]))),
      pytorch: Object.values(sizes).flatMap((list) => list.map(({ test }) => ({ ...test, kind: 'dense', density: 1 }))),
    },
  },
};

/** One entry per test of the section `sizes`, in the order of `asks`: which size, and its value. */
export const sizeOrder = Object.entries(sizes).flatMap(([size, list]) => list.map(({ value }) => ({ size, value })));
