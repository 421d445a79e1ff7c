import { describe, expect, it } from 'vitest';
import { propertyIds } from '../../analysis/ticket-properties/index.js';
import { compareRandomTickets, type Group } from './compare.js';
import { bestPredictor, judgeCorrelation } from './correlations.js';
import { judgeEffect } from './effects.js';
import { randomTicketsFindings } from './findings.js';
import { fixtureRandomTickets } from './found.fixture.js';
import type { RandomTicketsFound } from './found.js';
import { randomTicketsNotes } from './notes.js';
import { randomTicketsTables } from './tables.js';
import { judgeRank } from './winner-rank.js';
import { formatNumber, ordinal } from './words.js';

const textsOf = (found: RandomTicketsFound) => {
  const comparison = compareRandomTickets(found);
  const tables = randomTicketsTables(comparison);
  return {
    findings: randomTicketsFindings(comparison),
    notes: randomTicketsNotes(comparison),
    tables,
    all: [
      ...randomTicketsFindings(comparison).map(({ text }) => text),
      ...randomTicketsNotes(comparison),
      ...tables.flatMap(({ rows }) => rows.flat()),
    ].join('\n'),
  };
};

const effectOf = ({ effects }: Group, id: string, when = 'before') =>
  effects.find((effect) => effect.id === id && effect.when === when)!;

describe('what of the spread is the tickets’', () => {
  const of = (options: Parameters<typeof fixtureRandomTickets>[0]) => {
    const comparison = compareRandomTickets(fixtureRandomTickets(options));
    const text = randomTicketsFindings(comparison).find((finding) => finding.text.includes('intraclass'));
    return { reliability: comparison.groups[0].reliability, finding: text };
  };
  it('is not asked with one order', () => {
    expect(of({})).toEqual({ reliability: null, finding: undefined });
  });
  it('is most of it where orders change little, and little where they change all', () => {
    const steady = of({ orders: 3, orderNoise: 0.02 });
    expect(steady.reliability!.share).toBeGreaterThan(0.9);
    expect(steady.reliability).toMatchObject({ things: 150, times: 3 });
    expect(steady.finding).toMatchObject({ outcome: 'supported' });
    expect(steady.finding!.text).toMatch(
      /is the ticket’s \(intraclass correlation 0\.9\d, 95% interval 0\.9\d to 0\.9\d; 150 tickets, each under 3 orders of examples\)/,
    );
    const noisy = of({ orders: 2, orderNoise: 50 });
    expect(noisy.reliability!.share).toBeLessThan(0.3);
    expect(noisy.finding).toMatchObject({ outcome: 'undecided' });
  });
  it('leaves out what diverged', () => {
    const broken = of({
      orders: 2,
      change: (ticket) => (ticket.draw === 0 && ticket.trial === 0 ? { ...ticket, status: 'diverged' } : ticket),
    });
    expect(broken.reliability!.things).toBe(149);
  });
});

describe('the winning ticket among random ones', () => {
  const { groups } = compareRandomTickets(fixtureRandomTickets());
  const [masks, starts] = groups;

  it('stands where its accuracy and its early stop put it, exactly', () => {
    expect(groups.map(({ kind }) => kind)).toEqual(['random-mask', 'reinitialise']);
    for (const place of [masks.accuracy, masks.speed]) {
      expect(place.standings.map(({ standing }) => standing.p)).toEqual([1 / 51, 1 / 51, 1 / 51]);
      expect(place.combined.p).toBeCloseTo(1 / 51 ** 3, 12);
      // As extreme as any test of the page: corrected for all of them.
      const tests = groups.reduce(
        (sum, { effects, correlations }) => sum + 2 + effects.length + correlations.length,
        0,
      );
      expect(place.holmP!).toBeLessThanOrEqual((2 * tests) / 51 ** 3);
      expect(place.holmP!).toBeGreaterThan(8 / 51 ** 3);
      expect(judgeRank(place)).toEqual({ outcome: 'supported', reason: null });
    }
  });

  it('is no better where it is drawn as they are, and worse where it is last', () => {
    const swapped = (accuracy: number) =>
      compareRandomTickets(
        fixtureRandomTickets({
          change: (ticket) => (ticket.condition === 'ticket' ? { ...ticket, accuracy } : ticket),
        }),
      ).groups[0].accuracy;
    expect(judgeRank(swapped(0.968)).outcome).toBe('undecided');
    expect(judgeRank(swapped(0.9))).toEqual({ outcome: 'contradicted', reason: null });
    const few = compareRandomTickets(fixtureRandomTickets({ trials: 1, draws: 10 })).groups[0].accuracy;
    expect(few.combined.p).toBeCloseTo(1 / 11, 12);
    expect(judgeRank(few).reason).toEqual({ kind: 'few-draws' });
  });

  it('counts who matches the dense network of their own trial', () => {
    const changed = fixtureRandomTickets({
      draws: 10,
      change: (ticket) =>
        ticket.condition === 'dense'
          ? { ...ticket, accuracy: 0.9 + 0.01 * ticket.trial }
          : { ...ticket, accuracy: 0.9 + (ticket.draw < 4 - ticket.trial ? 0.01 * ticket.trial : -0.01) },
    });
    const { matching } = compareRandomTickets(changed).groups[0].spread;
    expect(matching).toMatchObject({ draws: 9, of: 30, share: expect.closeTo(0.3, 12), winners: 3, ofWinners: 3 });
    expect(matching?.interval?.low).toBeCloseTo(0.3 - (4.302653 * 0.1) / Math.sqrt(3), 5);
  });

  it('differs in what it was made to differ in, and in nothing that re-initialisations keep', () => {
    const more = masks.effects.filter((effect) => judgeEffect(effect).outcome === 'supported').map(({ id }) => id);
    expect(more).toEqual(expect.arrayContaining(['dead-inputs', 'magnitude', 'gradient-norm', 'paths']));
    expect(more).not.toContain('positive-weights');
    expect(judgeEffect(effectOf(masks, 'input-entropy')).outcome).toBe('contradicted');
    expect(effectOf(masks, 'magnitude').distance.mean).toBeGreaterThan(60);
    expect(effectOf(masks, 'magnitude').delta).toBe(1);
    const shared = starts.effects.filter(({ isShared }) => isShared).map(({ id }) => id);
    expect(shared).toEqual(propertyIds.slice(0, 10));
    for (const effect of starts.effects.filter(({ isShared }) => isShared)) {
      expect(effect.distance.n).toBe(0);
      expect(judgeEffect(effect).outcome).toBe('undecided');
    }
  });

  it('is held against the properties that go with accuracy among random tickets', () => {
    const best = bestPredictor(masks.correlations)!;
    expect(best.id).toBe('dead-units');
    expect(best.mean).toBeCloseTo(-0.52, 1);
    expect(judgeCorrelation(best).outcome).toBe('contradicted');
    expect(best.trials.map(({ pairs }) => pairs)).toEqual([50, 50, 50]);
    const certain = masks.correlations.filter((one) => judgeCorrelation(one).outcome !== 'undecided');
    expect(certain.map(({ id }) => id)).toEqual(['dead-units', 'gradient-norm']);
    // Properties that all re-initialisations share cannot go with anything.
    expect(starts.correlations.map(({ id }) => id)).toEqual(propertyIds.slice(10));
  });
});

describe('what the study says', () => {
  it('is whole sentences with numbers, whatever is missing, diverged or not measured', () => {
    const cases: RandomTicketsFound[] = [
      fixtureRandomTickets(),
      fixtureRandomTickets({ densities: [0.2, 0.02], draws: 12, at: 'end' }),
      fixtureRandomTickets({ trials: 1, draws: 5 }),
      fixtureRandomTickets({ trials: 2, draws: 1, kinds: ['reinitialise'] }),
      fixtureRandomTickets({ isMeasured: false }),
      fixtureRandomTickets({ missing: () => true }),
      fixtureRandomTickets({ missing: ({ condition }) => condition === 'ticket' }),
      fixtureRandomTickets({ missing: ({ condition }) => condition === 'dense' }),
      fixtureRandomTickets({ draws: 8, missing: ({ condition, trial }) => condition === 'random-mask' && trial > 0 }),
      fixtureRandomTickets({
        draws: 8,
        change: (ticket) =>
          ticket.draw % 3 === 2 || (ticket.trial === 1 && ticket.condition === 'dense')
            ? { ...ticket, status: 'diverged', accuracy: Number.NaN, earlyStop: 0, before: null, after: null }
            : ticket,
      }),
      fixtureRandomTickets({
        draws: 8,
        change: (ticket) => ({
          ...ticket,
          before: ticket.before && { ...ticket.before, values: { ...ticket.before.values, paths: null } },
          after: ticket.draw === 1 ? null : ticket.after,
        }),
      }),
      // Every ticket as accurate as every other.
      fixtureRandomTickets({ draws: 8, change: (ticket) => ({ ...ticket, accuracy: 0.97, earlyStop: 100 }) }),
    ];
    for (const found of cases) {
      const { findings, tables, all } = textsOf(found);
      expect(findings.length).toBeGreaterThan(0);
      expect(all).not.toMatch(/NaN|undefined|Infinity|null/);
      for (const { text } of findings) expect(text).toMatch(/^[A-Z].*\.$/);
      for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
    }
  });

  it('begins with the winner’s place, judged', () => {
    const { findings, tables } = textsOf(fixtureRandomTickets());
    expect(findings[0]).toMatchObject({ outcome: 'supported' });
    expect(findings[0].text).toContain(
      'The winning ticket is more accurate than all random masks at 5.0% of weights: it stands 1st of 51 in each of 3 trials, exact p = 0.020',
    );
    expect(tables.map(({ id }) => id)).toEqual([
      'places',
      'properties-random-mask-5.0',
      'properties-reinitialise-5.0',
      'correlations',
      'layers',
    ]);
  });

  it('tells of every ticket that is in no mean', () => {
    const { notes } = textsOf(
      fixtureRandomTickets({
        draws: 6,
        missing: ({ condition, draw, trial }) => condition === 'reinitialise' && draw === 5 && trial === 0,
        change: (ticket) =>
          ticket.condition === 'random-mask' && ticket.draw === 2 && ticket.trial === 1
            ? { ...ticket, status: 'diverged', accuracy: Number.NaN, before: null, after: null }
            : ticket,
      }),
    );
    expect(notes[0]).toBe(
      '1 training diverged and is in no ranking and no mean: random mask at 5.0%, trial 2, draw 3.',
    );
    expect(notes[1]).toContain('1 of 18 random re-initialisations at 5.0% of weights');
  });

  it('writes places and numbers as people do', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '102nd',
      '111th',
    ]);
    expect([0, 7, 0.03125, -4.066, 52.13, 99.96, 1234.5, 2.5e-7].map(formatNumber)).toEqual([
      '0',
      '7',
      '0.0313',
      '−4.07',
      '52.1',
      '100.0',
      '1,235',
      '2.50 × 10^−7',
    ]);
  });
});
