import { describe, expect, it } from 'vitest';
import { parametersOf, prunableParameters } from './network.js';
import { describeNetwork } from './shapes.js';
import { buildStack, namedStacks } from './stack.js';

const mnist = { channels: 1, height: 28, width: 28 };

describe('LeNet-300-100', () => {
  const network = buildStack('lenet-300-100', namedStacks['lenet-300-100'], mnist, 10);

  it('has the 266,200 weights of the paper', () => {
    expect(prunableParameters(network).reduce((sum, { size }) => sum + size, 0)).toBe(266_200);
  });

  it('names tensors as PyTorch does, and marks the output layer', () => {
    expect(parametersOf(network).map(({ name }) => name)).toEqual([
      'fc1.weight',
      'fc1.bias',
      'fc2.weight',
      'fc2.bias',
      'fc3.weight',
      'fc3.bias',
    ]);
    expect(prunableParameters(network).map(({ output }) => output)).toEqual([false, false, true]);
  });

  it('is described layer by layer', () => {
    expect(describeNetwork(network).map(({ layer, shape }) => `${layer} ${shape}`)).toEqual([
      'fc1 784 -> 300',
      'relu 300',
      'fc2 300 -> 100',
      'relu 100',
      'fc3 100 -> 10',
    ]);
  });
});

describe('a stack', () => {
  it('may have no hidden layer', () => {
    expect(buildStack('linear', { hidden: [], activation: 'relu' }, mnist, 10).layers).toHaveLength(1);
  });

  it('refuses a width that is not a whole number', () => {
    expect(() => buildStack('bad', { hidden: [2.5], activation: 'relu' }, mnist, 10)).toThrow(/layer width is 2.5/);
  });
});
