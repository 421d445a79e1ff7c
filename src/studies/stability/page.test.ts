import { describe, expect, it } from 'vitest';
import { renderStudyPage } from '../shared/page.js';
import { outcomeOf, type RewindFixture } from '../shared/rewinds/made.fixture.js';
import { checkFigures, figureOf, page, rowsOf, type StudyPage } from '../shared/rewinds/page.fixture.js';
import type { StudyOutcome } from '../study.js';
import { stabilityFigures } from './figures/index.js';
import { stabilityFound } from './found.fixture.js';
import type { StabilityFound } from './found.js';
import { stabilityReport } from './report.js';

const stabilityPage = (outcome: StudyOutcome<StabilityFound>): StudyPage => ({
  ...stabilityReport(outcome),
  figures: stabilityFigures(outcome, page),
});

const stability = (fixture: RewindFixture = {}) => {
  const outcome = outcomeOf('stability', stabilityFound(fixture));
  return { outcome, shown: stabilityPage(outcome) };
};

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
