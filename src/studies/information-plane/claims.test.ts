import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictText } from '../../analysis/verdict-words.js';
import { type Claim, dependenceOf, FALL, informationClaims, type Question } from './claims.js';
import { reaches } from './courses.js';
import { informationFindings, informationNotes } from './findings.js';
import { type Course, compressing, foundOf, wobble } from './found.fixture.js';
import type { InformationFound } from './found.js';
import { informationTables } from './tables.js';

const claimOf = (found: InformationFound, question: Question, condition: string): Claim =>
  informationClaims(found).find((claim) => claim.question === question && claim.condition === condition)!;

const outcomes = ({ byEstimator }: Claim) => byEstimator.map(({ outcome }) => outcome);

describe('claims about courses in the plane', () => {
  const found = foundOf(compressing);

  it('are the conditions’ compression, and the ticket against each other one', () => {
    expect(informationClaims(found).map(({ question, condition }) => `${question} ${condition}`)).toEqual([
      ...['dense', 'ticket', 'reinitialise', 'random-mask'].map((condition) => `compression ${condition}`),
      ...['speed', 'input', 'label'].flatMap((question) =>
        ['dense', 'reinitialise', 'random-mask'].map((condition) => `${question} ${condition}`),
      ),
    ]);
  });

  it('find compression where it is, by the estimator that shows it', () => {
    const dense = claimOf(found, 'compression', 'dense');
    expect(outcomes(dense)).toEqual(['supported', 'contradicted']);
    expect(dependenceOf(dense)).toBe('opposite');
    const [first, output] = dense.byEstimator[0].layers;
    // 1.8 bits from where the course turns, of which the iterations looked at see the greater part.
    expect(first.difference.mean).toBeGreaterThan(1.2);
    expect(first.difference.mean).toBeLessThan(1.81);
    expect(first.verdict.outcome).toBe('supported');
    expect(output.verdict.outcome).toBe('contradicted');
    expect(outcomes(claimOf(found, 'compression', 'reinitialise'))).toEqual(['contradicted', 'contradicted']);
  });

  it('find the ticket quicker, and by how much', () => {
    const speed = claimOf(found, 'speed', 'reinitialise');
    expect(outcomes(speed)).toEqual(['supported', 'supported']);
    expect(dependenceOf(speed)).toBe('same');
    // 0.9 against 1.6 of a scale of log2(1001), to about nine tenths of the dense network's.
    expect(speed.byEstimator[0].layers[0].difference.mean).toBeLessThan(-2);
  });

  it('do not take the peak of a wandering course for compression', () => {
    // Values that only wander: the highest of one course lies far above its end, on average.
    const wander: Course = ({ condition, layer, trial, share }) => ({
      ofInput: 5 + 0.3 * wobble(`${condition}-${share}`, trial, layer),
      ofLabel: 0.5,
    });
    let supported = 0;
    for (let run = 0; run < 20; run++) {
      const shifted: Course = (place) => wander({ ...place, trial: place.trial + 100 * run });
      const { byEstimator } = claimOf(foundOf(shifted, { trials: 6, conditions: ['dense'] }), 'compression', 'dense');
      if (byEstimator[0].outcome === 'supported') supported++;
    }
    expect(supported).toBeLessThanOrEqual(2);
  });

  it('say nothing of what is saturated, or known before training, or never estimated', () => {
    const full = foundOf(() => ({ ofInput: 10, ofLabel: 1 }));
    const compression = claimOf(full, 'compression', 'dense').byEstimator[0];
    expect(compression.outcome).toBe('undecided');
    expect(compression.layers[0].verdict.reason).toEqual({
      kind: 'stated',
      text: 'the estimate is saturated at log2 N throughout',
    });
    expect(claimOf(full, 'speed', 'dense').byEstimator[0].layers[0].verdict.reason).toEqual({
      kind: 'stated',
      text: 'both reach that level before any training',
    });
    expect(claimOf(full, 'input', 'dense').byEstimator[0].layers[0].verdict.reason).toMatchObject({
      text: expect.stringContaining('saturated'),
    });
    const silent = foundOf(() => null);
    expect(informationClaims(silent).every((claim) => dependenceOf(claim) === 'silent')).toBe(true);
  });

  it('count a course that never gets there as if at the end', () => {
    const slow: Course = ({ condition, trial, layer, share }) => ({
      ofInput: 5,
      ofLabel: (condition === 'reinitialise' ? 0.5 : 1) * share + 0.001 * wobble(condition, trial, layer),
    });
    const test = claimOf(foundOf(slow), 'speed', 'reinitialise').byEstimator[0].layers[0];
    expect(test.never).toBe(4);
    expect(test.difference.mean).toBeCloseTo(-1, 1);
    expect(test.verdict.outcome).toBe('supported');
  });

  it('need several trials', () => {
    for (const claim of informationClaims(foundOf(compressing, { trials: 1 }))) {
      for (const { outcome, layers } of claim.byEstimator) {
        expect(outcome).toBe('undecided');
        expect(verdictText(layers[0].verdict)).toMatch(/one trial shows no spread|saturated|before any training/);
      }
    }
  });
});

describe('a level', () => {
  it('is reached between two iterations, on a scale of log2(1 + iteration)', () => {
    const series = { trial: 0, iterations: [0, 1, 3, 7], values: [0, 0.2, 0.6, 0.5] };
    expect(reaches(series, 0)).toBe(0);
    expect(reaches(series, 0.2)).toBe(1);
    expect(reaches(series, 0.4)).toBeCloseTo(2 ** 1.5 - 1, 10);
    expect(reaches(series, 0.7)).toBeNull();
  });
});

describe('the words of a study', () => {
  it('say first what depends on the estimator', () => {
    const found = foundOf(compressing);
    const findings = informationFindings(found);
    expect(findings[0].outcome).toBeNull();
    expect(findings[0].text).toMatch(
      /^Of 13 claims by 2 estimators, one estimator supports what another contradicts in 2, .* What depends on the estimator: in the dense network I\(X;T\) of some layer falls by 0\.05 bits or more after its highest value; in the ticket/,
    );
    expect(findings).toHaveLength(14);
    const dense = findings[1];
    expect(dense.outcome).toBe('undecided');
    expect(dense.text).toMatch(
      /^In the dense network I\(X;T\) of some layer .*: supported by binning \(fc1: 1\.\d\d bits, 1\.\d\d to 1\.\d\d; 1 of 2 layers\); contradicted by upper bound \(.*; 2 of 2 layers\)\. So it depends on the estimator\.$/,
    );
    const speed = findings.find(({ text }) =>
      text.startsWith('The ticket reaches a given I(T;Y) in fewer iterations than its'),
    );
    expect(speed?.outcome).toBe('supported');
    expect(speed?.text).toMatch(
      /: supported by binning \(.*: 0\.\d+ times the iterations, 0\.\d+ to 0\.\d+; 2 of 2 layers\) and upper bound \(.*\)\.$/,
    );
  });

  it('take what one estimator leaves open for no contradiction of another', () => {
    // By the upper bound nothing ever happens.
    const course: Course = (place) => (place.estimator === 'binning' ? compressing(place) : { ofInput: 5, ofLabel: 1 });
    const speed = informationFindings(foundOf(course)).find(({ text }) =>
      text.startsWith('The ticket reaches a given I(T;Y) in fewer iterations than its'),
    );
    expect(speed?.outcome).toBe('supported');
    expect(speed?.text).toMatch(
      /supported by binning .*; undecided by upper bound\. No estimator says the opposite\.$/,
    );
  });

  it('are a table of claims by estimators, and tables of layers', () => {
    const tables = informationTables(foundOf(compressing));
    expect(tables.map(({ id }) => id)).toEqual(['claims', 'end', 'layers-binning', 'layers-upper-bound']);
    expect(tables[0].rows[0]).toEqual([
      `In the dense network I(X;T) of some layer falls by ${FALL} bits or more after its highest value`,
      'yes: fc1',
      'no: all layers',
      'yes',
    ]);
    for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
    expect(tables[2].rows).toHaveLength(8);
  });

  it('say what was left out, what is saturated, and what never got there', () => {
    const whole = foundOf(({ layer, ...place }) =>
      layer === 0 ? { ofInput: 10, ofLabel: 1 } : compressing({ layer, ...place }),
    );
    const found: InformationFound = {
      ...whole,
      courses: whole.courses.filter(({ condition, trial }) => condition !== 'ticket' || trial !== 2),
      diverged: [{ condition: 'ticket', trial: 2 }],
    };
    const notes = informationNotes(found).join(' ');
    expect(notes).toContain('ticket in 3 of 4 trials (1 left out: 1 of them diverged)');
    expect(notes).toContain('By binning I(X;T) of fc1 ends at log2 N = 10.00 bits in every training');
    expect(notes).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are words and never NaN, whatever is there', () => {
    const parts = fc.record({
      trials: fc.integer({ min: 1, max: 3 }),
      kept: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      silent: fc.boolean(),
      flat: fc.boolean(),
    });
    fc.assert(
      fc.property(parts, ({ trials, kept, silent, flat }) => {
        const whole = foundOf(
          (place) => (silent && place.layer === 0 ? null : flat ? { ofInput: 3, ofLabel: 0 } : compressing(place)),
          { trials },
        );
        const found = { ...whole, courses: whole.courses.filter((_, i) => kept[i]) };
        const text = JSON.stringify([informationFindings(found), informationNotes(found), informationTables(found)]);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
      }),
      { numRuns: 30 },
    );
  });
});
