// Training steps of fully connected networks in TensorFlow.js on its WebAssembly backend with SIMD, on one thread, as its authors
// advise where there is no binary of TensorFlow. There are no convolutions: that backend has no gradient for their filters.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { serve } from '../../dist/node/bench/serve.js';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
wasm.setThreadsCount(1);
await tf.setBackend('wasm');
await tf.ready();

function stepper({ hidden, batch }) {
  const widths = [784, ...hidden, 10];
  const layers = widths.slice(1).map((outputs, i) => ({
    weight: tf.variable(tf.randomNormal([widths[i], outputs], 0, Math.sqrt(2 / (widths[i] + outputs)))),
    bias: tf.variable(tf.zeros([outputs])),
  }));
  const x = tf.randomNormal([batch, 784]);
  const labels = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 10),
      'int32',
    ),
    10,
  );
  const optimiser = tf.train.adam(1.2e-3);
  return () =>
    optimiser.minimize(() => {
      const logits = layers.reduce((input, { weight, bias }, i) => {
        const output = tf.add(tf.matMul(input, weight), bias);
        return i < layers.length - 1 ? tf.relu(output) : output;
      }, x);
      return tf.losses.softmaxCrossEntropy(labels, logits);
    });
}

await serve(`TensorFlow.js ${tf.version_core}, wasm backend`, (test) => {
  const step = stepper(test);
  return {
    parts: [{ name: 'step' }],
    run: (_, times) => {
      for (let i = 0; i < times; i++) step();
    },
  };
});
