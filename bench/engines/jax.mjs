// Training steps of fully connected networks in jax-js on its WebAssembly device, the whole step under jit(), as its
// authors advise.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as jax from '@jax-js/jax';
import { serve } from '../../dist/node/bench/serve.js';

const { numpy: np, nn, jit, valueAndGrad, tree, blockUntilReady } = jax;
const entry = createRequire(import.meta.url).resolve('@jax-js/jax');
const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
await jax.init('wasm');
jax.defaultDevice('wasm');

function normal(rows, columns) {
  const scale = Math.sqrt(2 / (rows + columns));
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    values[i] = scale * Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  }
  return np.array(values).reshape([rows, columns]);
}

function stepper({ hidden, batch }) {
  const widths = [784, ...hidden, 10];
  const last = widths.length - 2;
  let weights = widths.slice(1).map((outputs, i) => normal(widths[i], outputs));
  let biases = widths.slice(1).map((outputs) => np.zeros([outputs]));
  const zeros = (arrays) => arrays.map((array) => np.zeros(array.shape));
  let first = { weights: zeros(weights), biases: zeros(biases) };
  let second = { weights: zeros(weights), biases: zeros(biases) };
  const x = normal(batch, 784);
  const hot = new Float32Array(batch * 10);
  for (let i = 0; i < batch; i++) hot[10 * i + (i % 10)] = 1;
  const labels = np.array(hot).reshape([batch, 10]);

  const loss = (parameters, images, target) => {
    let value = images;
    parameters.weights.forEach((weight, i) => {
      value = np.matmul(value, weight).add(parameters.biases[i]);
      if (i < last) value = nn.relu(value);
    });
    return nn
      .logSoftmax(value)
      .mul(target)
      .sum()
      .mul(-1 / batch);
  };
  // Adam's correction of its moments' bias is left to the rate, which is given at each step.
  const update = jit((parameters, m, v, images, target, rate, scale) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(parameters), images, target);
    const kinds = ['weights', 'biases'];
    const next = { parameters: {}, m: {}, v: {}, value };
    for (const kind of kinds) {
      next.m[kind] = m[kind].map((array, i) => array.mul(0.9).add(gradient[kind][i].ref.mul(0.1)));
      next.v[kind] = v[kind].map((array, i) => array.mul(0.999).add(np.square(gradient[kind][i]).mul(0.001)));
      next.parameters[kind] = parameters[kind].map((array, i) =>
        array.sub(next.m[kind][i].ref.mul(rate.ref).div(np.sqrt(next.v[kind][i].ref).mul(scale.ref).add(1e-8))),
      );
    }
    rate.dispose();
    scale.dispose();
    return next;
  });

  let clock = 0;
  return async () => {
    clock++;
    const rate = np.array(1.2e-3 / (1 - 0.9 ** clock));
    const scale = np.array(1 / Math.sqrt(1 - 0.999 ** clock));
    const next = update({ weights, biases }, first, second, x.ref, labels.ref, rate, scale);
    ({ weights, biases } = next.parameters);
    first = next.m;
    second = next.v;
    next.value.dispose();
    await blockUntilReady([...weights, ...biases].map((array) => array));
  };
}

await serve(`jax-js ${version}, wasm device`, (test) => {
  const step = stepper(test);
  return {
    parts: [{ name: 'step' }],
    run: async (_, times) => {
      for (let i = 0; i < times; i++) await step();
    },
  };
});
