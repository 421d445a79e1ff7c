import { describe, expect, it } from 'vitest';
import type { Standing, TaskClaim, TaskClaims } from './claims.js';
import { Others } from './others.js';
import type { Task } from './task.js';

const task = { kind: 'cell', id: 'a', parents: [], cost: 1, label: 'a' } as unknown as Task;

/** Claims of which somebody else has everything, until it stands otherwise. */
function claimsThat(standing: { now: Standing }): TaskClaims {
  return {
    claim: async () => (standing.now.kind === 'free' ? ({ fence: 1 } as TaskClaim) : standing.now),
    look: async () => standing.now,
    fail: async () => {},
    close: async () => {},
  };
}

function listening(standing: { now: Standing }) {
  const heard: string[] = [];
  const others = new Others(claimsThat(standing), {
    onFinished: async ({ id }) => void heard.push(`finished ${id}`),
    onFailed: ({ id }, error) => void heard.push(`failed ${id}: ${error.message}`),
    onFree: ({ id }) => void heard.push(`free ${id}`),
  });
  return { others, heard };
}

describe('tasks of other processes', () => {
  it.each([
    [{ kind: 'finished' }, 'finished a'],
    [{ kind: 'failed', message: 'no memory' }, 'failed a: no memory'],
    [{ kind: 'free' }, 'free a'],
  ] as const)('are watched until they are %j', async (then, news) => {
    const standing: { now: Standing } = { now: { kind: 'held' } };
    const { others, heard } = listening(standing);
    expect(await others.claim(task)).toBeNull();
    expect(others.tasks).toEqual([task]);
    const first = others.wait;
    for (let i = 0; i < 20; i++) expect(await others.look()).toBe(false);
    // It looks less and less often while nothing happens, but never less than every few seconds.
    expect(others.wait).toBeGreaterThan(10 * first);
    expect(others.wait).toBeLessThanOrEqual(5000);
    standing.now = then;
    expect(await others.look()).toBe(true);
    expect(others.wait).toBe(first);
    expect(heard).toEqual([news]);
    expect(others.tasks).toEqual([]);
  });

  it('are nobody’s where the store is not shared', async () => {
    const { others } = { others: new Others(undefined, { onFinished: async () => {}, onFailed() {}, onFree() {} }) };
    expect(await others.claim(task)).toBe('alone');
    expect(others.tasks).toEqual([]);
  });
});
