// Training steps of fully connected networks in TensorFlow.js on its WebAssembly backend, one thread. Convolutions are left
// out: that backend has no gradient for their filters. Takes one JSON document of cases and prints one of milliseconds.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { cpuUsage } from 'node:process';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');
wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');
await tf.ready();

const request = JSON.parse(process.argv[2]);

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

function sample(step, samples) {
  for (let i = 0; i < 5; i++) step();
  const began = performance.now();
  step();
  const times = Math.max(1, Math.round(30 / (performance.now() - began)));
  return Array.from({ length: samples }, () => {
    const start = performance.now();
    for (let i = 0; i < times; i++) step();
    return (performance.now() - start) / times;
  });
}

const before = cpuUsage();
const began = performance.now();
const results = request.cases.map((test) => ({ ms: sample(stepper(test), request.samples) }));
const { user, system } = cpuUsage(before);
process.stdout.write(
  `${JSON.stringify({
    version: `TensorFlow.js ${tf.version_core}, wasm backend`,
    cores: (user + system) / 1000 / (performance.now() - began),
    results,
  })}\n`,
);
process.exit(0);
