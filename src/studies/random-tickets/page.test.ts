import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderStudyPage } from '../shared/page.js';
import { fixtureStudy } from '../shared/schemes/made.fixture.js';
import type { StudyOutcome } from '../study.js';
import { randomTicketsFigures } from './figures/index.js';
import { swarm } from './figures/swarm.js';
import { fixtureRandomTickets } from './found.fixture.js';
import type { RandomTicketsFound } from './found.js';
import { randomTicketsReport } from './report.js';

const document = parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document;

function outcomeOf(found: RandomTicketsFound): StudyOutcome<RandomTicketsFound> {
  const { specification, dataset, network, provenance, digest } = fixtureStudy();
  return {
    study: 'random-tickets',
    name: 'fixture-random-tickets',
    command: 'lottery study random-tickets',
    specification,
    dataset,
    network,
    trials: found.trials,
    digest,
    provenance,
    trainings: [],
    cells: { planned: found.planned, finished: found.tickets.length, diverged: 0 },
    measurements: { planned: 0, finished: 0, digest: null },
    found,
  };
}

const pageOf = (found: RandomTicketsFound) => ({
  ...randomTicketsReport(outcomeOf(found)),
  figures: randomTicketsFigures(outcomeOf(found), document),
});

describe('a swarm', () => {
  it('covers no dot with another, and leaves alone those that have room', () => {
    const places = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(places, fc.constantFrom(1, 3, 7), (xs, distance) => {
        const ys = swarm(xs, distance);
        expect(swarm(xs, distance)).toEqual(ys);
        xs.forEach((x, i) => {
          const others = xs.flatMap((other, k) => (k === i ? [] : [Math.hypot(other - x, ys[k] - ys[i])]));
          expect(Math.min(distance, ...others)).toBeGreaterThan(distance * (1 - 1e-6));
          if (xs.every((other, k) => k === i || Math.abs(other - x) >= distance)) expect(ys[i]).toBe(0);
        });
      }),
    );
    expect(swarm([5, 5, 5, 5], 2).map(Math.abs)).toEqual([0, 2, 2, 4]);
  });
});

describe('the page of random tickets', () => {
  it('draws every ticket, and every property with its interval', () => {
    const { figures } = pageOf(fixtureRandomTickets({ draws: 20 }));
    expect(figures.map(({ id }) => id)).toEqual([
      'accuracies-5.0',
      'speeds-5.0',
      'effects-5.0',
      'correlations-5.0',
      'best-property-5.0',
    ]);
    const circles = (svg: string) => svg.split('<circle').length - 1;
    // Twenty of each kind and the winner in three trials; the winner has a row of its own beside each kind.
    expect(circles(figures[0].svg)).toBe(2 * 3 * 21);
    expect(figures[0].svg).toContain('trial 3: winner 1 of 21, p = 0.048');
    expect(figures[0].csv.trim().split('\n')).toHaveLength(1 + 2 * 3 * 22);
    expect(figures[2].svg).toContain('paths from input to output');
    // Random masks differ in all properties, re-initialisations in those of the weights: before and after.
    expect(figures[2].csv.trim().split('\n')).toHaveLength(1 + 2 * (18 + 8));
    expect(figures[3].csv.trim().split('\n')).toHaveLength(1 + 18 + 8);
    // Every ticket, with all of its properties.
    expect(figures[4].csv.trim().split('\n')).toHaveLength(1 + 3 + 2 * 3 * 20);
    expect(figures[4].csv.split('\n')[0].split(',')).toHaveLength(6 + 18 + 8);
  });

  it('is whole whatever is missing, diverged, alike or far away', () => {
    const cases: RandomTicketsFound[] = [
      fixtureRandomTickets({ densities: [0.2, 0.02], draws: 6, at: 'end' }),
      fixtureRandomTickets({ trials: 1, draws: 1 }),
      fixtureRandomTickets({ trials: 7, draws: 5, kinds: ['random-mask'] }),
      fixtureRandomTickets({ trials: 1, draws: 400 }),
      fixtureRandomTickets({ isMeasured: false, draws: 4 }),
      fixtureRandomTickets({ missing: () => true }),
      fixtureRandomTickets({ draws: 4, missing: ({ condition }) => condition === 'ticket' || condition === 'dense' }),
      fixtureRandomTickets({
        draws: 4,
        missing: ({ condition, trial }) => condition === 'reinitialise' || trial === 1,
      }),
      fixtureRandomTickets({ draws: 6, change: (ticket) => ({ ...ticket, accuracy: 0.97, earlyStop: 100 }) }),
      // One ticket that learned nothing must not press the others together.
      fixtureRandomTickets({
        draws: 9,
        change: (ticket) => (ticket.draw === 3 ? { ...ticket, accuracy: 0.1135 } : ticket),
      }),
      fixtureRandomTickets({
        draws: 6,
        change: (ticket) =>
          ticket.draw === 2
            ? { ...ticket, status: 'diverged', accuracy: Number.NaN, before: null, after: null }
            : ticket,
      }),
    ];
    for (const found of cases) {
      const page = pageOf(found);
      const ids = page.figures.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { svg, csv } of page.figures) {
        expect(svg).not.toMatch(/NaN|undefined|Infinity/);
        const [head, ...rows] = csv.trim().split('\n');
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
      }
      const html = renderStudyPage(outcomeOf(found), page, page.figures);
      expect(html).not.toMatch(/NaN|undefined|Infinity/);
    }
    const [first] = pageOf(cases[9]).figures;
    expect(first.caption).toContain('left of the axis');
  });

  it('says what the properties are only where they were measured', () => {
    const terms = (found: RandomTicketsFound) => pageOf(found).sources.map(([term]) => term);
    expect(terms(fixtureRandomTickets({ draws: 4 }))).toContain('dead inputs (share)');
    expect(terms(fixtureRandomTickets({ draws: 4, isMeasured: false }))).not.toContain('dead inputs (share)');
  });
});
