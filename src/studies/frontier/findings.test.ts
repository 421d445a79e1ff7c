import { describe, expect, it } from 'vitest';
import { compareStudy } from '../shared/schemes/compare.js';
import type { MeasuredStudy } from '../shared/schemes/found.js';
import { findingsOf } from '../shared/schemes/page.fixture.js';
import { clear, cost, each, study, whole } from '../shared/schemes/small.fixture.js';
import { frontierFindings } from './findings.js';
import { frontier } from './index.js';

const findings = (found: MeasuredStudy) => frontierFindings(compareStudy(found));

describe('findings', () => {
  it('name the best cheap ticket, who never beats random, and the price of a point', () => {
    const said = findings(clear);
    expect(said[0]).toMatch(
      /most accurate ticket that took less to find and to train than one dense training is that of SNIP: 91\.00%/,
    );
    expect(said[0]).toMatch(
      /found for 0\.10 dense trainings, found and trained for 0\.40 dense trainings\. IMP reaches 93\.00% .* for 5\.3 dense trainings/,
    );
    expect(said[0]).toMatch(/: less accurate, p < 0\.001 after Holm's correction\.$/);
    expect(said[1]).toMatch(
      /Tickets significantly more accurate than RANDOM .*: IMP \(at 10\.0%\); SNIP \(at 10\.0%\)\. Less accurate: none\.$/,
    );
    // 4.9 dense trainings for 2 points.
    expect(said[2]).toMatch(
      /took 4\.9 dense trainings more to find and to train than SNIP and its ticket is 2\.00 points more accurate .*: 2\.5 dense trainings a point/,
    );
  });

  it('say undecided where the interval does', () => {
    const wide = study([
      ...whole.points.filter(({ scheme }) => scheme !== 'snip'),
      ...each('snip', [0.93, 0.86, 0.94], cost(20)),
    ]);
    const said = findings(wide);
    expect(said[0]).toMatch(/undecided/);
    expect(said.find((text) => text.includes('price'))).toMatch(/the price of a point is undecided/);
    const alone = findings(study(wide.points.filter(({ trial }) => trial === 0)));
    expect(alone[0]).toMatch(/one trial, so no interval.*undecided, one trial shows no spread/);
  });

  it('never call a scheme better than random that is not', () => {
    const same = study([
      ...clear.points.filter(({ scheme }) => scheme !== 'snip'),
      ...each('snip', [0.801, 0.818, 0.841], cost(20)),
    ]);
    expect(findings(same)[1]).toMatch(/At no density shown to be more accurate than it: SNIP\.$/);
  });

  it('do without IMP, without random masks, without a dense network, and without anything', () => {
    const without = (name: string) => findings(study(clear.points.filter(({ scheme }) => scheme !== name)));
    expect(without('imp')[0]).toMatch(/IMP has no finished ticket/);
    expect(without('dense')).toEqual([
      'No dense network has finished, so costs and accuracies cannot be held against it.',
    ]);
    const schemes = clear.schemes.filter(({ name }) => name !== 'random');
    const points = clear.points.filter((one) => one.scheme !== 'random');
    expect(findings(study(points, { schemes }))[1]).toMatch(/No random masks were drawn/);
    expect(findingsOf(frontier, study([]))).toEqual(['No training has finished yet.']);
    expect(findingsOf(frontier, study(each('dense', [0.9])))[0]).toMatch(
      /no finished ticket took less to find and to train/,
    );
  });

  it('have a number wherever one stands, where every run of a scheme diverged', () => {
    const broken = study(
      whole.points.map((one) => (one.scheme === 'snip' ? { ...one, status: 'diverged' as const } : one)),
    );
    for (const sentence of findingsOf(frontier, broken)) expect(sentence).not.toMatch(/NaN|null|undefined/);
  });
});
