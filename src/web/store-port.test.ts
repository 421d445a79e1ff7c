import { describe, expect, it } from 'vitest';
import { DamageError } from '../experiments/damage.js';
import { MemoryStore } from '../experiments/memory-store.js';
import type { FinishedCell } from '../experiments/store.js';
import type { TaskStore } from '../experiments/tasks/index.js';
import { InputError } from '../networks/errors.js';
import { serveStore, storeAt, taskMethods } from './store-port.js';

function connected() {
  const store = new MemoryStore();
  const { port1, port2 } = new MessageChannel();
  serveStore(store, port1 as unknown as MessagePort, taskMethods);
  return { store, port: storeAt<TaskStore>(port2 as unknown as MessagePort, taskMethods), close: () => port1.close() };
}

const cell = { id: 'a', finalWeights: new Map([['fc1.weight', Float32Array.of(1, -0, 3)]]) } as unknown as FinishedCell;

describe('a store at the other end of a port', () => {
  it('reads, writes and keeps checkpoints as the store itself does, maps and arrays of numbers whole', async () => {
    const { store, port, close } = connected();
    await port.write(cell);
    expect(await store.read('a')).toEqual(cell);
    const [one, two] = await Promise.all([port.read('a'), port.read('a')]);
    expect(one).toEqual(cell);
    expect(Object.is(one.finalWeights.get('fc1.weight')?.[1], -0)).toBe(true);
    expect(two).not.toBe(one);
    await port.writeMeasurement('m', { kind: 'test', version: 1, cells: ['a'] }, { value: 5 });
    expect(await store.readMeasurement('m')).toEqual({ value: 5 });
    const kept = { checkpoint: { iteration: 7, snapshots: new Map() }, seconds: 3 } as never;
    await port.writeCheckpoint('a', kept);
    expect(await port.readCheckpoint('a')).toEqual(kept);
    await port.dropCheckpoint('a');
    expect(await port.readCheckpoint('a')).toBeUndefined();
    close();
  });

  it('gives errors for people as such', async () => {
    const { port, close } = connected();
    await expect(port.read('none')).rejects.toBeInstanceOf(InputError);
    await expect(port.read('none')).rejects.toThrow('cell none is not in the store');
    close();
  });

  it('says what is damaged, so that it can be made again', async () => {
    const { store, port, close } = connected();
    store.read = async () => {
      throw new DamageError('cell a is damaged.', { kind: 'cell', name: 'a' });
    };
    await expect(port.read('a')).rejects.toMatchObject({
      message: 'cell a is damaged.',
      damaged: { kind: 'cell', name: 'a' },
    });
    await expect(port.read('a')).rejects.toBeInstanceOf(DamageError);
    close();
  });

  it('answers to no other methods', async () => {
    const { port1, port2 } = new MessageChannel();
    serveStore(new MemoryStore(), port1 as unknown as MessagePort, taskMethods);
    const other = storeAt<MemoryStore>(port2 as unknown as MessagePort, ['listRuns']);
    await expect(other.listRuns()).rejects.toThrow('a worker cannot call listRuns');
    port1.close();
  });
});
