import { describe, expect, it } from 'vitest';
import { renderStudyPage } from '../shared/page.js';
import { outcomeOf, type RewindFixture } from '../shared/rewinds/made.fixture.js';
import { checkFigures, figureOf, page, rowsOf, type StudyPage } from '../shared/rewinds/page.fixture.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';
import type { StudyOutcome } from '../study.js';
import { rewindFigures } from './figures.js';
import { rewindFound } from './found.fixture.js';
import type { RewindFound } from './found.js';
import { rewindReport } from './report.js';

const rewindPage = (outcome: StudyOutcome<RewindFound>): StudyPage => ({
  ...rewindReport(outcome),
  figures: rewindFigures(outcome, page),
});

const rewind = (fixture: RewindFixture = {}) => {
  const outcome = outcomeOf('rewind', rewindFound(fixture));
  return { outcome, shown: rewindPage(outcome) };
};

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
