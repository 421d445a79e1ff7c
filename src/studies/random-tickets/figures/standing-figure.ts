import * as Plot from '@observablehq/plot';
import { conditionOf } from '../../../analysis/conditions.js';
import { formatDensity, formatP } from '../../../analysis/index.js';
import { cutAxis, evenTicks } from '../../../figures/cut-axis.js';
import { drawPlot, type Figure, toCsv, WIDTH } from '../../../figures/figure.js';
import type { Group } from '../compare.js';
import type { StudiedTicket } from '../found.js';
import type { WinnerRank } from '../winner-rank.js';
import { kindName } from '../words.js';
import { swarm } from './swarm.js';

/** A quantity in which tickets are ranked. */
export interface RankedQuantity {
  readonly id: string;
  readonly title: string;
  /** Of the axis, with its unit. */
  readonly label: string;
  /** Of the column of numbers. */
  readonly column: string;
  readonly value: (ticket: StudiedTicket) => number;
  readonly place: (group: Group) => WinnerRank;
  /** The largest that a value can be. */
  readonly most?: number;
  readonly caption: string;
}

const MARGIN = { left: 24, right: 24, top: 60, bottom: 48 };
/** Pixels of a row's line of text, and of the swarm of dots under it: at least, and at most. */
const TEXT = 22;
const SWARM = { least: 44, most: 120 };
/** Pixels between two dots. */
const GAP = 0.4;

interface Dot {
  readonly fx: string;
  readonly fy: number;
  readonly kind: string;
  readonly value: number;
}

interface Swarms {
  /** Of a dot. */
  readonly r: number;
  /** Of the highest swarm. */
  readonly height: number;
  readonly dots: readonly (Dot & { readonly y: number })[];
}

/**
 * Dots beside one another, by the largest radius at which all swarms fit into their rows.
 *
 * @param scale pixels of one unit of the values
 */
function swarmsOf(rows: readonly (readonly Dot[])[], scale: number): Swarms {
  const at = (r: number): Swarms => {
    const dots = rows.flatMap((row) => {
      const heights = swarm(
        row.map(({ value }) => value * scale),
        2 * r + GAP,
      );
      return row.map((dot, i) => ({ ...dot, y: heights[i] }));
    });
    const reach = Math.max(0, ...dots.map(({ y }) => Math.abs(y)));
    return { r, height: Math.max(SWARM.least, 2 * (reach + r) + 4), dots };
  };
  for (const r of [2.6, 2.2, 1.8, 1.4]) {
    const swarms = at(r);
    if (swarms.height <= SWARM.most) return swarms;
  }
  return at(1);
}

/**
 * Every ticket of one density: a row a trial, a column a kind of random ticket, a dot each; the winning ticket and the dense
 * network of the trial among them. Null where no random ticket has finished.
 */
export function standingFigure(groups: readonly Group[], quantity: RankedQuantity, document: Document): Figure | null {
  const { value, place, label, most } = quantity;
  const columns = groups.filter(({ trials }) => trials.some(({ draws }) => draws.length > 0));
  if (columns.length === 0) return null;
  const name = (group: Group) => kindName(group.kind);
  const rows = columns.flatMap((group) =>
    group.trials
      .filter(({ draws }) => draws.length > 0)
      .map((trial) => {
        const standing = place(group).standings.find((one) => one.trial === trial.trial)?.standing;
        return { fx: name(group), fy: trial.trial, kind: group.kind, ...trial, standing };
      }),
  );
  const rowsOfDots = rows.map(({ fx, fy, kind, draws }) =>
    draws.map((draw): Dot => ({ fx, fy, kind, value: value(draw) })),
  );
  const marked = (which: 'winner' | 'dense') =>
    rows.flatMap((row) => {
      const ticket = row[which];
      return ticket === null ? [] : [{ fx: row.fx, fy: row.fy, value: value(ticket) }];
    });
  const [winners, dense] = [marked('winner'), marked('dense')];
  const values = [...rowsOfDots.flat(), ...winners, ...dense].map((dot) => dot.value);
  // A ticket that learned nothing must not press all others together; slow ones are part of the picture.
  const { low, high, isCut } = cutAxis(values, most === undefined ? { isWhole: true } : { most });
  const trials = [...new Set(rows.map(({ fy }) => fy))].sort((a, b) => a - b);
  const width = ((WIDTH - MARGIN.left - MARGIN.right) / columns.length) * 0.94;
  const { r, height, dots } = swarmsOf(rowsOfDots, width / (high - low));
  const row = TEXT + height;
  // Swarms lie in the middle of what the line of text leaves.
  const middle = TEXT / 2;
  const ticks = evenTicks(low, high).filter((_, i, all) => columns.length < 3 || i % 2 === (all.length - 1) % 2);
  const texts = rows.map(({ fx, fy, standing }) => ({
    fx,
    fy,
    text: `trial ${fy + 1}${
      standing === undefined
        ? ': no winner to rank'
        : `: winner ${standing.better + standing.equal + 1} of ${standing.n + 1}, ${formatP(standing.p)}`
    }`,
  }));
  const at = { fx: 'fx', fy: 'fy' };
  const svg = drawPlot(
    document,
    {
      height: MARGIN.top + MARGIN.bottom + trials.length * row * 1.07,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      fx: { axis: null, domain: columns.map(name), padding: 0.06 },
      fy: { axis: null, domain: trials, padding: 0.06 },
      x: { domain: [low, high], axis: null },
      y: { domain: [-row / 2, row / 2], axis: null },
      marks: [
        Plot.gridX(evenTicks(low, high)),
        Plot.frame({ stroke: '#ddd' }),
        Plot.axisX(ticks, {
          label,
          labelAnchor: 'center',
          labelArrow: 'none',
          text: (tick: number) => tick.toLocaleString('en'),
        }),
        Plot.ruleX(
          dense.filter((one) => one.value >= low),
          { ...at, x: 'value', stroke: '#000', strokeDasharray: '4 3', insetTop: TEXT - 2 },
        ),
        ...columns.map(({ kind }) =>
          Plot.dot(
            dots.filter((dot) => dot.kind === kind && dot.value >= low),
            { ...at, x: 'value', y: 'y', r, fill: conditionOf(kind).colour, dy: middle },
          ),
        ),
        Plot.dot(
          winners.filter((one) => one.value >= low),
          {
            ...at,
            x: 'value',
            y: 0,
            dy: middle,
            r: 5,
            fill: conditionOf('ticket').colour,
            stroke: 'white',
            strokeWidth: 1.5,
          },
        ),
        // What lies left of the axis stands at its edge.
        Plot.dot(
          [...dots, ...winners].filter((one) => one.value < low),
          {
            ...at,
            x: low,
            dx: 5,
            y: 0,
            dy: middle,
            symbol: 'triangle',
            rotate: -90,
            r: 3.5,
            stroke: '#666',
            fill: 'white',
          },
        ),
        Plot.text(texts, { ...at, text: 'text', frameAnchor: 'top-left', dx: 5, dy: 5, fontSize: 11 }),
        Plot.text(
          columns.map((group) => ({ fx: name(group), fy: trials[0] })),
          {
            ...at,
            text: 'fx',
            frameAnchor: 'top-left',
            lineAnchor: 'bottom',
            dy: -6,
            fontWeight: 'bold',
            fontSize: 12,
          },
        ),
      ],
    },
    [
      { name: 'winning ticket', colour: conditionOf('ticket').colour },
      ...(dense.length > 0 ? [{ name: conditionOf('dense').title, colour: '#000000', dashed: true }] : []),
    ],
  );
  const density = formatDensity(groups[0].density);
  const left = isCut ? ' Hollow triangles at the edge are tickets left of the axis, which the CSV has.' : '';
  return {
    id: `${quantity.id}-${density}`,
    title: `${quantity.title} at ${density}% of weights`,
    caption: `${quantity.caption} Every dot is a ticket: ${dots.length} random ones in all; the large one is the winning ticket of the trial, the dashed line its dense network. Each row gives the winner’s rank from the best, equals counted against it, and the exact p of a rank as good.${left}`,
    svg,
    csv: toCsv(
      rows.flatMap(({ kind, draws, winner, dense: own, trial }) =>
        [...draws, ...(winner === null ? [] : [winner]), ...(own === null ? [] : [own])].map((ticket) => ({
          beside: kind,
          condition: ticket.condition,
          weights_asked_for_percent: ticket.density * 100,
          trial: trial + 1,
          draw: ticket.draw + 1,
          [quantity.column]: value(ticket),
        })),
      ),
    ),
  };
}

/** How accurate tickets are, drawn whole. */
export const accuracies = (at: string): RankedQuantity => ({
  id: 'accuracies',
  title: 'Random tickets beside the winning one',
  label: `test accuracy ${at} (%)`,
  column: 'test_accuracy_percent',
  value: ({ accuracy }) => accuracy * 100,
  place: ({ accuracy }) => accuracy,
  most: 100,
  caption: `Test accuracy ${at}; further right is better.`,
});

/** How soon they learn. */
export const speeds: RankedQuantity = {
  id: 'speeds',
  title: 'How soon random tickets learn beside the winning one',
  label: 'iteration of early stop',
  column: 'early_stop_iteration',
  value: ({ earlyStop }) => earlyStop,
  place: ({ speed }) => speed,
  caption: 'Iteration of the lowest validation loss; further left is better.',
};
