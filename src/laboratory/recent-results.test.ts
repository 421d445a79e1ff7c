import { describe, expect, it } from 'vitest';
import { RecentResults } from './recent-results.js';

const basis = (present: string[], finished: string | null = null) => ({ finished, present: new Set(present) });

function counted() {
  let calls = 0;
  return async (): Promise<number> => ++calls;
}

describe('results of the records that were asked for last', () => {
  it('are worked out again when another task is finished, one has gone, or the record is finished', async () => {
    const recent = new RecentResults();
    const workOut = counted();
    const asked = [basis(['a']), basis(['a']), basis(['a', 'b']), basis(['b', 'a']), basis(['a', 'c'])];
    const found = [];
    for (const one of [...asked, basis(['a', 'c'], '2026'), basis(['a', 'c'], '2026')]) {
      found.push(await recent.get('run one', one, workOut));
    }
    expect(found).toEqual([1, 1, 2, 2, 3, 4, 4]);
  });

  it('are shared by those who ask at the same time', async () => {
    const recent = new RecentResults();
    const workOut = counted();
    const both = [recent.get('run one', basis(['a']), workOut), recent.get('run one', basis(['a']), workOut)];
    expect(await Promise.all(both)).toEqual([1, 1]);
  });

  it('are kept of four records, those asked for last', async () => {
    const recent = new RecentResults();
    const workOut = counted();
    for (const name of ['one', 'two', 'three', 'four', 'one', 'five']) await recent.get(name, basis([]), workOut);
    expect(await recent.get('one', basis([]), workOut)).toBe(1);
    expect(await recent.get('two', basis([]), workOut)).toBe(6);
  });

  it('are not kept where they could not be worked out', async () => {
    const recent = new RecentResults();
    await expect(recent.get('one', basis([]), async () => Promise.reject(new Error('damaged')))).rejects.toThrow(
      'damaged',
    );
    expect(await recent.get('one', basis([]), counted())).toBe(1);
  });
});
