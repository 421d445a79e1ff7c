import { type LineValues, linePlaces } from '../../analysis/connectivity/index.js';
import { finish, type Maker, maker, type RewindFixture } from '../shared/rewinds/made.fixture.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';
import type { StabilityFound, StabilityLine } from './found.js';

/** A line that bulges by a barrier above the error of its ends. */
function bulge(
  { settings, near }: Maker,
  barrier: number,
  trained: boolean,
  matching: LineValues['matching'] = null,
): LineValues {
  const curve = (height: number, ends: number) => {
    const error = linePlaces(settings.points).map((a) => ends + height * 4 * a * (1 - a));
    return { error, loss: error.map((value) => value * 4) };
  };
  const height = Math.max(0, near(barrier, settings.noise * 200 * barrier));
  return { test: curve(height, 0.02), train: trained ? curve(height * 0.9, 0.001) : null, matching };
}

export function stabilityFound(fixture: RewindFixture = {}): StabilityFound {
  const made = maker(fixture);
  const { settings, point } = made;
  const { trials, rewinds, densities, children, points, trainingExamples, barrier, gain } = settings;
  const trained: TrainedPoint[] = [];
  const lines: StabilityLine[] = [];
  const line = (height: number, matching: LineValues['matching'] = null) =>
    bulge(made, height, trainingExamples > 0, matching);
  for (let trial = 0; trial < trials; trial++) {
    trained.push(point({ condition: 'dense', rewind: null, density: 1, trial, draw: 0 }, 0.981));
    for (const density of [1, ...densities]) {
      for (const rewind of rewinds) {
        const accuracy = 0.981 + (density === 1 ? 0 : gain(density, rewind));
        for (let draw = 0; draw < children; draw++) {
          const condition = density === 1 ? 'dense' : 'ticket';
          trained.push(point({ condition, rewind, density, trial, draw }, accuracy));
          for (let other = 0; other < draw; other++) {
            const values = line(barrier(density, rewind));
            lines.push({ kind: 'children', rewind, density, trial, children: [other, draw], values });
          }
        }
        if (density === 1) continue;
        lines.push({ kind: 'dense', rewind, density, trial, values: line(barrier(density, rewind) * 1.5) });
        lines.push({ kind: 'round', rewind, density, before: density * 1.25, trial, values: line(0.002) });
      }
    }
  }
  const last = rewinds[rewinds.length - 1];
  for (const density of [1, ...densities]) {
    for (let a = 0; a < trials; a++) {
      for (let b = a + 1; b < trials; b++) {
        const of = (matched: 'not' | 'own' | 'dense', height: number) =>
          lines.push({
            kind: 'trials',
            rewind: density === 1 ? null : last,
            density,
            trials: [a, b],
            matched,
            values: line(height, matched === 'not' ? null : { before: 10, after: 90 }),
          });
        of('not', 0.6);
        of('own', 0.1);
        if (density < 1) of('dense', 0.3);
      }
    }
  }
  return {
    rewinds,
    densities: [1, ...densities],
    trials,
    children,
    iterations: 12_000,
    at: 'end',
    points,
    trainingExamples,
    estimated: null,
    trained: finish(trained, fixture),
    lines,
    planned: { trained: trained.length, lines: lines.length },
  };
}
