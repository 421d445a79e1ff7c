import * as Plot from '@observablehq/plot';
import { conditionOf } from '../../../analysis/conditions.js';
import { formatDensity, formatSigned } from '../../../analysis/index.js';
import { propertyIds, ticketProperties } from '../../../analysis/ticket-properties/index.js';
import { cutAxis, evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type Figure, type Row, stackPlots, toCsv } from '../../../figures/figure.js';
import type { Group } from '../compare.js';
import { bestPredictor, type Correlation } from '../correlations.js';
import { propertyOf } from '../effects.js';
import type { StudiedTicket } from '../found.js';
import { kindName } from '../words.js';

/** Panels beside one another, and pixels of one and of the margins. */
const COLUMNS = 3;
const PANEL = 150;
const MARGIN = { left: 62, right: 16, top: 52, bottom: 50 };

interface Point {
  readonly fx: number;
  readonly fy: number;
  readonly x: number;
  readonly y: number;
}

/** The range of the random tickets with some room, and the winners' values as far as they do not make it much longer. */
function rangeOf(draws: readonly number[], winners: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(...draws), Math.max(...draws)];
  const span = most - least || Math.abs(most) * 0.01 || 1;
  const near = winners.filter((value) => value > least - span && value < most + span);
  const room = 0.08 * span;
  return [Math.min(least, ...near) - room, Math.max(most, ...near) + room];
}

/** One property against accuracy among random tickets of one kind, a panel a trial. */
function scatter(group: Group, correlation: Correlation, label: string, document: Document) {
  const { kind, trials } = group;
  const { id } = correlation;
  const shown = trials.filter(({ trial }) => correlation.trials.some((one) => one.trial === trial));
  const place = new Map(
    shown.map(({ trial }, i) => [trial, { fx: i % COLUMNS, fy: Math.floor(i / COLUMNS) }] as const),
  );
  const at = (ticket: StudiedTicket): Point[] => {
    const x = propertyOf(ticket, { id, when: 'before' });
    return typeof x === 'number' ? [{ ...place.get(ticket.trial)!, x, y: ticket.accuracy * 100 }] : [];
  };
  const points = shown.flatMap(({ draws }) => draws.flatMap(at));
  const winners = shown.flatMap(({ winner }) => (winner === null ? [] : at(winner)));
  const domain = rangeOf(
    points.map(({ x }) => x),
    winners.map(({ x }) => x),
  );
  const { low, high } = cutAxis(
    [...points, ...winners].map(({ y }) => y),
    { most: 100 },
  );
  const clamp = (x: number) => Math.min(domain[1], Math.max(domain[0], x));
  const isInside = ({ x }: Point) => x === clamp(x);
  const columns = Math.min(COLUMNS, shown.length);
  const lines = Math.ceil(shown.length / COLUMNS);
  const height = MARGIN.top + MARGIN.bottom + lines * PANEL;
  const texts = correlation.trials.map((one) => ({
    ...place.get(one.trial)!,
    text: `trial ${one.trial + 1}: ${formatSigned(one.correlation, 2)}, n = ${one.pairs}`,
  }));
  const { colour } = conditionOf(kind);
  const blue = conditionOf('ticket').colour;
  const xs = evenTicks(domain[0], domain[1]);
  const facets = { fx: 'fx', fy: 'fy' };
  const svg = drawPlot(document, {
    height,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    fx: { axis: null, domain: Array.from({ length: columns }, (_, i) => i), padding: 0.07 },
    fy: { axis: null, domain: Array.from({ length: lines }, (_, i) => i), padding: 0.2 },
    x: { domain, axis: null },
    y: { domain: [low, high], axis: null },
    marks: [
      Plot.gridY(evenTicks(low, high)),
      Plot.frame({ stroke: '#ddd' }),
      Plot.axisY(evenTicks(low, high), { label: 'test accuracy (%)', labelAnchor: 'center', labelArrow: 'none' }),
      Plot.axisX(
        xs.filter((_, i) => xs.length < 5 || i % 2 === 0),
        {
          label,
          labelAnchor: 'center',
          labelArrow: 'none',
          text: (tick: number) => String(Number(tick.toPrecision(6))),
        },
      ),
      Plot.dot(
        points.filter(({ y }) => y >= low),
        { ...facets, x: 'x', y: 'y', r: 2.4, fill: colour, fillOpacity: 0.75 },
      ),
      Plot.dot(
        points.filter(({ y }) => y < low),
        { ...facets, x: 'x', y: low, dy: -4, symbol: 'triangle', rotate: 180, r: 3, stroke: colour, fill: 'white' },
      ),
      Plot.dot(winners.filter(isInside), { ...facets, x: 'x', y: 'y', r: 4.5, fill: blue, stroke: 'white' }),
      // A winner far from all random tickets stands at the edge that it lies beyond.
      Plot.dot(
        winners.filter((one) => !isInside(one)),
        {
          ...facets,
          x: (one: Point) => clamp(one.x),
          y: 'y',
          dx: winners.some(({ x }) => x > domain[1]) ? -5 : 5,
          symbol: 'triangle',
          rotate: (one: Point) => (one.x > domain[1] ? 90 : -90),
          r: 4.5,
          fill: blue,
          stroke: 'white',
        },
      ),
      Plot.text(texts, {
        ...facets,
        text: 'text',
        frameAnchor: 'top-left',
        lineAnchor: 'bottom',
        dy: -5,
        fontSize: 11,
      }),
      Plot.text([kindName(kind)], {
        fx: () => 0,
        fy: () => 0,
        text: (name: string) => name,
        frameAnchor: 'top-left',
        lineAnchor: 'bottom',
        dy: -22,
        fontWeight: 'bold',
      }),
    ],
  });
  return { svg, height };
}

/** Every ticket with all of its properties: what the figures of this study are made from. */
function numbersOf(groups: readonly Group[]): Row[] {
  const winners = groups[0].trials.flatMap(({ winner }) => winner ?? []);
  const tickets = [...winners, ...groups.flatMap(({ trials }) => trials.flatMap(({ draws }) => draws))];
  return tickets.map((ticket) => ({
    condition: ticket.condition,
    weights_asked_for_percent: ticket.density * 100,
    trial: ticket.trial + 1,
    draw: ticket.draw + 1,
    test_accuracy_percent: ticket.accuracy * 100,
    early_stop_iteration: ticket.earlyStop,
    ...Object.fromEntries(
      propertyIds.map((id) => [
        `${id.replaceAll('-', '_')}_before`,
        propertyOf(ticket, { id, when: 'before' }) ?? null,
      ]),
    ),
    ...Object.fromEntries(
      propertyIds
        .filter((id) => ticketProperties[id].of === 'weights')
        .map((id) => [`${id.replaceAll('-', '_')}_after`, propertyOf(ticket, { id, when: 'after' }) ?? null]),
    ),
  }));
}

/** The property at the start that goes with accuracy most, against accuracy, kind by kind. Null where nothing was correlated. */
export function predictorFigure(groups: readonly Group[], document: Document): Figure | null {
  const plots = groups.flatMap((group) => {
    const best = bestPredictor(group.correlations);
    if (best === null) return [];
    const { title, unit } = ticketProperties[best.id];
    return [scatter(group, best, `${title}, before training${unit === '' ? '' : ` (${unit})`}`, document)];
  });
  if (plots.length === 0) return null;
  const density = formatDensity(groups[0].density);
  return {
    id: `best-property-${density}`,
    title: `The property that correlates most with accuracy, at ${density}% of weights`,
    caption: `Of each kind of random ticket, the property before training whose rank correlation with test accuracy is largest on average, against that accuracy: a dot a random ticket, a panel a trial, with its correlation and the tickets in it. The large mark is the trial’s winning ticket, a triangle at the edge where it lies beyond. The property was picked after looking at the data; the findings and the table say what is significant. The CSV has every ticket with all of its properties.`,
    svg: stackPlots(plots, [{ name: 'winning ticket', colour: conditionOf('ticket').colour }]),
    csv: toCsv(numbersOf(groups)),
  };
}
