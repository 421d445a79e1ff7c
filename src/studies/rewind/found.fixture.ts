import { finish, maker, type RewindFixture } from '../shared/rewinds/made.fixture.js';
import type { TrainedPoint } from '../shared/rewinds/points.js';
import type { RewindFound } from './found.js';

export function rewindFound(fixture: RewindFixture = {}): RewindFound {
  const { settings, point } = maker(fixture);
  const { trials, rewinds, densities, reinitialise, randomMask, gain } = settings;
  const trained: TrainedPoint[] = [];
  for (let trial = 0; trial < trials; trial++) {
    trained.push(point({ condition: 'dense', rewind: null, density: 1, trial, draw: 0 }, 0.981));
    for (const density of densities) {
      for (const rewind of rewinds) {
        trained.push(point({ condition: 'ticket', rewind, density, trial, draw: 0 }, 0.981 + gain(density, rewind)));
        for (let draw = 0; draw < randomMask; draw++) {
          trained.push(point({ condition: 'random-mask', rewind, density, trial, draw }, 0.96));
        }
      }
      for (let draw = 0; draw < reinitialise; draw++) {
        trained.push(point({ condition: 'reinitialise', rewind: null, density, trial, draw }, 0.97));
      }
    }
  }
  return {
    rewinds,
    densities,
    trials,
    iterations: 12_000,
    at: 'end',
    draws: { reinitialise, randomMask },
    trained: finish(trained, fixture),
    planned: trained.length,
  };
}
