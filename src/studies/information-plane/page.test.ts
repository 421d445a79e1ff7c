import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderStudyPage } from '../shared/page.js';
import type { StudyOutcome } from '../study.js';
import { planeAnimation } from './figures/animation.js';
import { curvesFigure } from './figures/curves.js';
import { informationFigures } from './figures/index.js';
import { drawnLayers, iterationTicks, shareColour, shareOf, textLines } from './figures/look.js';
import { axisOf } from './figures/panel.js';
import { planeFigure, planeOf } from './figures/plane.js';
import { compressing, fixtureIterations, foundOf } from './found.fixture.js';
import type { InformationFound } from './found.js';
import { informationReport } from './report.js';

const found = foundOf(compressing);

const pageOf = (of: InformationFound) =>
  renderStudyPage(outcome(of), informationReport(outcome(of)), informationFigures({ found: of }));

const outcome = (of: InformationFound): StudyOutcome<InformationFound> => ({
  study: 'information-plane',
  name: 'tried',
  command: 'lottery study information-plane tried',
  specification: {},
  dataset: { name: 'strokes', digest: 'd', shape: [1, 28, 28], classes: 10 },
  network: { name: 'n', weights: 10 },
  trials: of.trials,
  digest: null,
  provenance: {
    version: '0',
    arithmetic: 1,
    started: '',
    finished: null,
    engine: 'Node 20.20.2',
    platform: '',
    processor: '',
    cellSeconds: 1,
  },
  trainings: [],
  cells: { planned: 16, finished: 16, diverged: 0 },
  measurements: { planned: 16, finished: of.courses.length, digest: null },
  found: of,
});

/** Pixels at which signs stand in an SVG. */
const signsIn = (svg: string) =>
  [...svg.matchAll(/<path transform="translate\(([\d.]+),([\d.]+)\)" d="[^"]+" fill="#[0-9a-f]{6}"/g)].map((m) => [
    Number(m[1]),
    Number(m[2]),
  ]);

describe('the figure of the information plane', () => {
  it('has a panel a condition on common axes, a sign a layer and iteration, and every number behind it', () => {
    const plane = planeOf(found, 'binning')!;
    expect(plane.panels).toHaveLength(4);
    expect(new Set(plane.panels.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
    const figure = planeFigure(found, 'binning')!;
    const signs = signsIn(figure.svg);
    // The means of four conditions and two layers.
    expect(signs).toHaveLength(4 * 2 * fixtureIterations.length);
    for (const [x, y] of signs) {
      const inside = plane.panels.some((p) => x >= p.x && x <= p.x + p.width && y >= p.y && y <= p.y + p.height);
      expect(inside).toBe(true);
    }
    // Of four trials and their mean.
    expect(figure.csv.trim().split('\n')).toHaveLength(1 + 4 * 2 * 5 * fixtureIterations.length);
    for (const part of ['dense network, n = 4', 'random mask, n = 4', 'fc1', 'output', 'iteration', 'I(X;T), bits']) {
      expect(figure.svg).toContain(part);
    }
  });

  it('says on itself what the estimator assumes, how many examples there are, and where it is saturated', () => {
    // Lines of a text are elements of their own.
    const text = (svg: string) => [...svg.matchAll(/>([^<>]+)<\/text>/g)].map((match) => match[1]).join(' ');
    expect(text(planeFigure(found, 'binning')!.svg)).toContain('30 bins of one width a unit: of tanh over −1 to 1');
    expect(text(planeFigure(found, 'upper-bound')!.svg)).toContain('Gaussian noise of variance 0.1');
    expect(text(curvesFigure(found, 'binning')!.svg)).toContain('N = 1,024 examples; dashed: log2 N = 10.00');
    const full = foundOf((place) => (place.layer === 0 ? { ofInput: 10, ofLabel: 1 } : compressing(place)));
    expect(text(planeFigure(full, 'binning')!.svg)).toContain(
      'Saturated at log2 N at the end, and so uninformative: fc1.',
    );
    const silent = foundOf((place) => (place.layer === 0 ? null : compressing(place)));
    expect(text(planeFigure(silent, 'binning')!.svg)).toContain('Nothing is said of fc1.');
  });

  it('is none where nothing is said, and draws one trial without thin lines', () => {
    expect(
      planeFigure(
        foundOf(() => null),
        'binning',
      ),
    ).toBeNull();
    expect(
      curvesFigure(
        foundOf(() => null),
        'binning',
      ),
    ).toBeNull();
    expect(planeFigure(foundOf(compressing, { trials: 1 }), 'binning')?.svg).not.toContain('#d4d4d4');
    expect(planeFigure(found, 'binning')?.svg).toContain('#d4d4d4');
  });
});

describe('the curves', () => {
  it('have a row a layer, a column a quantity, a line a condition with its interval', () => {
    const { svg, csv } = curvesFigure(found, 'binning')!;
    for (const title of ['fc1: I(X;T), bits', 'fc1: I(T;Y), bits', 'output: I(T;Y), bits'])
      expect(svg).toContain(title);
    expect(svg.match(/stroke-width="1\.6"/g)).toHaveLength(2 * 2 * 4);
    expect(svg.match(/fill-opacity/g)).toHaveLength(2 * 2 * 4);
    expect(csv.trim().split('\n')).toHaveLength(1 + 2 * 2 * 4 * fixtureIterations.length);
    expect(svg).not.toContain('NaN');
  });
});

describe('the plane over training', () => {
  const figure = planeAnimation(found, found.estimators)!;
  const { document } = parseHTML(`<html><body>${figure.interactive}</body></html>`);

  it('has a slider, a button and a choice that a keyboard reaches, and a picture an estimator', () => {
    const slider = document.querySelector('input')!;
    expect([slider.getAttribute('type'), slider.getAttribute('max'), slider.getAttribute('aria-label')]).toEqual([
      'range',
      String(fixtureIterations.length - 1),
      'iteration',
    ]);
    expect(document.querySelector('button')?.getAttribute('type')).toBe('button');
    expect(Array.from(document.querySelectorAll('option'), ({ textContent }) => textContent)).toEqual([
      'binning',
      'upper bound',
    ]);
    expect(document.querySelectorAll('svg')).toHaveLength(2);
    expect(figure.interactive).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });

  it('gives every course its place at every iteration', () => {
    const data = JSON.parse(document.querySelector('script[type="application/json"]')?.textContent ?? '');
    expect(data.iterations).toEqual(fixtureIterations);
    expect(data.colours).toHaveLength(fixtureIterations.length);
    expect(data.planes).toHaveLength(2);
    const [{ tracks }] = data.planes;
    expect(tracks).toHaveLength(4 * 2 * 5);
    for (const { at } of tracks) expect(at.every((place: unknown) => Array.isArray(place))).toBe(true);
  });

  it('leaves out what a training that begins later has not', () => {
    const later: InformationFound = {
      ...found,
      courses: found.courses.map((course) =>
        course.condition === 'ticket'
          ? { ...course, measured: { ...course.measured, moments: course.measured.moments.slice(3) } }
          : course,
      ),
    };
    const { interactive = '' } = planeAnimation(later, ['binning'])!;
    const json = /<script type="application\/json">(.*?)<\/script>/.exec(interactive)?.[1] ?? '';
    const nulls = JSON.parse(json).planes[0].tracks.filter((track: { at: unknown[] }) => track.at[0] === null);
    expect(nulls).toHaveLength(2 * 5);
  });
});

describe('the page', () => {
  it('holds figures, findings and tables, whatever is there', () => {
    const html = pageOf(found);
    for (const part of [
      'Which claims depend on the estimator',
      'id="plane-over-training"',
      'id="curves-upper-bound"',
    ]) {
      expect(html).toContain(part);
    }
    expect(informationFigures({ found }).map(({ id }) => id)).toEqual([
      'plane-over-training',
      'plane-binning',
      'curves-binning',
      'plane-upper-bound',
      'curves-upper-bound',
    ]);
    const empty = { ...found, courses: [] };
    expect(pageOf(empty)).toContain('Nothing has been measured yet');
    const partial = { ...found, courses: found.courses.filter(({ condition }) => condition !== 'dense').slice(0, 3) };
    expect(pageOf(partial)).not.toMatch(/NaN|undefined/);
  });
});

describe('its parts', () => {
  it('colour iterations from dark to light and space them by logarithm', () => {
    expect([shareColour(0), shareColour(1)]).toEqual(['#0d0887', '#fca636']);
    expect([shareOf(0, 1000), shareOf(1000, 1000)]).toEqual([0, 1]);
    expect(iterationTicks(40_000).map(({ text }) => text)).toEqual(['0', '1', '10', '100', '1,000', '40,000']);
    expect(iterationTicks(0)).toHaveLength(1);
  });

  it('draw as many layers as there are signs, first and last among them', () => {
    expect(drawnLayers(3)).toEqual([0, 1, 2]);
    const some = drawnLayers(20);
    expect([some.length, some[0], some.at(-1)]).toEqual([7, 0, 19]);
    expect(new Set(some).size).toBe(7);
  });

  it('give an axis length where all values are one, and break lines between words', () => {
    const { low, high, ticks } = axisOf([9.97, 9.97]);
    expect(low).toBeLessThan(9.8);
    expect(high).toBeGreaterThan(9.97);
    expect(ticks.length).toBeGreaterThan(1);
    expect(axisOf([]).high).toBeGreaterThan(1);
    expect(textLines('one two three', 7)).toEqual(['one two', 'three']);
  });
});
