import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { outcomeOf, type RewindFixture, rewindFound, stabilityFound } from '../../test/fixtures/rewind-studies.js';
import type { Figure } from '../figures/figure.js';
import { rewindFigures } from './rewind/figures.js';
import type { RewindFound } from './rewind/found.js';
import { rewindReport } from './rewind/report.js';
import { renderStudyPage } from './shared/page.js';
import { rewindAxis } from './shared/rewinds/axis.js';
import type { TrainedPoint } from './shared/rewinds/points.js';
import { stabilityFigures } from './stability/figures/index.js';
import type { StabilityFound } from './stability/found.js';
import { stabilityReport } from './stability/report.js';
import type { StudyOutcome, StudyReport } from './study.js';

/** What a page says and shows. */
type StudyPage = StudyReport & { readonly figures: readonly Figure[] };

const page = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;

const stabilityPage = (outcome: StudyOutcome<StabilityFound>): StudyPage => ({
  ...stabilityReport(outcome),
  figures: stabilityFigures(outcome, page),
});
const rewindPage = (outcome: StudyOutcome<RewindFound>): StudyPage => ({
  ...rewindReport(outcome),
  figures: rewindFigures(outcome, page),
});

const stability = (fixture: RewindFixture = {}) => {
  const outcome = outcomeOf('stability', stabilityFound(fixture));
  return { outcome, shown: stabilityPage(outcome) };
};
const rewind = (fixture: RewindFixture = {}) => {
  const outcome = outcomeOf('rewind', rewindFound(fixture));
  return { outcome, shown: rewindPage(outcome) };
};

const figureOf = ({ figures }: StudyPage, id: string) => {
  const found = figures.find((figure) => figure.id === id);
  if (found === undefined) throw new Error(`no figure ${id}`);
  return found;
};
const rowsOf = (csv: string) => csv.trim().split('\n').slice(1);

/** Every number of every figure is one, and every row of its numbers as long as its head. */
function checkFigures({ figures }: StudyPage): void {
  for (const { id, svg, csv, caption } of figures) {
    expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
    expect(caption, id).not.toMatch(/NaN|undefined|Infinity/);
    const [head, ...rows] = csv.trim().split('\n');
    expect(rows.length, id).toBeGreaterThan(0);
    for (const row of rows) expect(row.split(','), id).toHaveLength(head.split(',').length);
  }
}

describe('figures of stability', () => {
  it('show barriers by rewind, tickets that match, lines, and networks of two trials', () => {
    const { shown, outcome } = stability();
    expect(shown.figures.map(({ id }) => id)).toEqual([
      'barrier-by-rewind',
      'accuracy-by-barrier',
      'error-between-children',
      'barrier-backwards',
      'error-between-trials',
    ]);
    checkFigures(shown);
    // Four densities, four rewinds, on test and on training examples.
    expect(rowsOf(figureOf(shown, 'barrier-by-rewind').csv)).toHaveLength(4 * 4 * 2);
    expect(rowsOf(figureOf(shown, 'accuracy-by-barrier').csv)).toHaveLength(3 * 4);
    expect(rowsOf(figureOf(shown, 'error-between-children').csv)).toHaveLength(3 * 4 * 4 * 2 * 30);
    expect(rowsOf(figureOf(shown, 'error-between-trials').csv)).toHaveLength((2 + 3 * 3) * 3 * 2 * 30);
    const rendered = renderStudyPage(outcome, shown, shown.figures);
    expect(rendered).not.toMatch(/NaN|undefined|Infinity/);
    expect(rendered).toContain('Linear Mode Connectivity');
  });

  it.each<[string, RewindFixture]>([
    ['one trial, one rewind, no training examples', { trials: 1, rewinds: [500], trainingExamples: 0 }],
    ['the initialisation alone', { rewinds: [0], densities: [0.5] }],
    [
      'many rewinds, densities and children',
      {
        rewinds: [0, 1, 2, 5, 10, 20, 50, 5000],
        densities: [0.9, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01],
        children: 3,
        points: 5,
      },
    ],
    ['nothing that did not diverge', { diverged: () => true }],
    ['barriers of nothing and of everything', { barrier: (density) => (density > 0.1 ? 0 : 0.9), noise: 0 }],
  ])('are whole for %s', (_, fixture) => {
    const { shown, outcome } = stability(fixture);
    checkFigures(shown);
    expect(renderStudyPage(outcome, shown, shown.figures)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are none where nothing is measured', () => {
    const outcome = outcomeOf('stability', { ...stabilityFound(), lines: [], trained: [] });
    const shown = stabilityPage(outcome);
    expect(shown.figures).toEqual([]);
    expect(renderStudyPage(outcome, shown, shown.figures)).toContain(
      'No line between two networks has been measured yet.',
    );
  });
});

describe('figures of rewinding', () => {
  it('show accuracy and early stop by rewind, controls beside', () => {
    const { shown, outcome } = rewind({ randomMask: 1, reinitialise: 2 });
    expect(shown.figures.map(({ id }) => id)).toEqual(['accuracy-by-rewind', 'early-stop-by-rewind']);
    checkFigures(shown);
    // Dense, three re-initialised, and tickets and random masks of three densities and four rewinds.
    expect(rowsOf(figureOf(shown, 'accuracy-by-rewind').csv)).toHaveLength(1 + 3 + 2 * 3 * 4);
    expect(renderStudyPage(outcome, shown, shown.figures)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each<[string, RewindFixture]>([
    ['one trial without controls', { trials: 1, reinitialise: 0 }],
    ['one rewind', { rewinds: [0] }],
    ['tickets without a dense network', { missing: (point: TrainedPoint) => point.condition === 'dense' }],
    ['networks that are all alike', { gain: () => 0, noise: 0 }],
  ])('are whole for %s', (_, fixture) => {
    const { shown, outcome } = rewind(fixture);
    checkFigures(shown);
    expect(renderStudyPage(outcome, shown, shown.figures)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are none where no ticket is left', () => {
    const { shown } = rewind({ diverged: ({ condition }) => condition === 'ticket' });
    expect(shown.figures).toEqual([]);
  });
});

describe('the axis of rewinds', () => {
  it('is logarithmic, and has a place of its own for the initialisation', () => {
    const { place, domain } = rewindAxis([0, 100, 1000, 10_000]);
    expect(place(1000) - place(100)).toBeCloseTo(1, 12);
    expect(place(10_000) - place(1000)).toBeCloseTo(1, 12);
    expect(place(0)).toBeLessThan(place(100));
    expect(domain[0]).toBeLessThan(place(0));
    expect(domain[1]).toBeGreaterThan(place(10_000));
    const alone = rewindAxis([0]);
    expect(Number.isFinite(alone.place(0))).toBe(true);
  });
});
