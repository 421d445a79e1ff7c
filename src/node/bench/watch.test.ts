import { describe, expect, it } from 'vitest';
import { readMachine, wasDisturbed, wasInterrupted, watchedBetween } from './watch.js';

describe('the watch over the machine', () => {
  it('takes a block for interrupted that lost more than 3% of its time', () => {
    expect(wasInterrupted({ wall: 100, cpu: 99 })).toBe(false);
    expect(wasInterrupted({ wall: 100, cpu: 97.1 })).toBe(false);
    expect(wasInterrupted({ wall: 100, cpu: 96.9 })).toBe(true);
    // Two threads, or a compiler beside one.
    expect(wasInterrupted({ wall: 100, cpu: 190 })).toBe(false);
  });

  it('counts what others used, and what was stolen', () => {
    const before = { at: 1_000, busy: 500_000, steal: 200, cores: 2 };
    const after = { at: 11_000, busy: 514_030, steal: 290, cores: 2 };
    expect(watchedBetween(before, after, 9_000)).toEqual({ others: 0.5, steal: 0.01 });
    // Less than three ticks of the system's clock are its own error; a system that counts no steal has none.
    expect(watchedBetween({ ...before, steal: null }, { ...after, busy: 509_020 }, 9_000)).toEqual({
      others: 0,
      steal: 0,
    });
  });

  it('takes a round for disturbed when others used a fifth of a core, or a hypervisor took a fiftieth', () => {
    expect(wasDisturbed({ others: 0.19, steal: 0.019 }, 2)).toBe(false);
    expect(wasDisturbed({ others: 0.21, steal: 0 }, 2)).toBe(true);
    expect(wasDisturbed({ others: 0, steal: 0.021 }, 2)).toBe(true);
    // A large machine has its own small business.
    expect(wasDisturbed({ others: 1, steal: 0 }, 64)).toBe(false);
    expect(wasDisturbed({ others: 1.3, steal: 0 }, 64)).toBe(true);
  });

  it('reads clocks that go forward', () => {
    const first = readMachine();
    const second = readMachine();
    expect(first.cores).toBeGreaterThan(0);
    expect(second.at).toBeGreaterThanOrEqual(first.at);
    expect(second.busy).toBeGreaterThanOrEqual(first.busy);
  });
});
