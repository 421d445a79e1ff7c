import { describe, expect, it } from 'vitest';
import { balancedExamples, randomExamples } from './balanced.js';

/** A class of 900 and nine of 10. */
const labels = Uint8Array.from({ length: 990 }, (_, i) => (i < 900 ? 0 : 1 + (i % 9)));
const indices = Int32Array.from({ length: 990 }, (_, i) => i);
const ofClass = (examples: Int32Array, label: number) => examples.filter((e) => labels[e] === label).length;

describe('a few examples of many', () => {
  it('are as many of each class, or whatever comes', () => {
    const balanced = balancedExamples(labels, indices, 50, 1);
    const random = randomExamples(indices, 50, 1);
    expect([balanced.length, ofClass(balanced, 0)]).toEqual([50, 5]);
    // Ten in eleven are of the large class: 45 of 50, with a standard deviation of 2.
    expect(random.length).toBe(50);
    expect(ofClass(random, 0)).toBeGreaterThan(34);
    expect(new Set(random).size).toBe(50);
    expect(randomExamples(indices, 50, 1)).toEqual(random);
    expect(randomExamples(indices, 50, 2)).not.toEqual(random);
    expect(randomExamples(indices, 2_000, 1)).toHaveLength(990);
  });
});
