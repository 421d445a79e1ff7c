import { permutation, StreamReader, stream } from '../random/stream.js';
import { escapeXml } from './figure.js';

/** Places for labels of points so that none covers another, nor a point: pixels, y downwards. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A point that wants a label. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Of its mark. */
  readonly radius: number;
}

/** Where a label lies, and where the line from its point ends; null where the label is close enough to need none. */
export interface PlacedLabel extends Labelled {
  readonly box: Box;
  readonly leader: { readonly x: number; readonly y: number } | null;
}

/** Pixels of a character and of a line, at the size that labels are drawn in. */
export const LABEL_SIZE = 11;
const CHARACTER = 6.5;
const LINE = 14;

/** Width of a text in pixels, rather too wide than too narrow. */
export const textWidth = (text: string) => [...text].length * CHARACTER;

const around = ({ x, y }: { x: number; y: number }, radius: number): Box => ({
  left: x - radius,
  top: y - radius,
  right: x + radius,
  bottom: y + radius,
});

/** Area that two boxes share. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Whether a straight line passes through a box, by steps of a few pixels. */
function crosses(from: { x: number; y: number }, to: { x: number; y: number }, box: Box): boolean {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 3);
  for (let i = 0; i <= steps; i++) {
    const x = from.x + ((to.x - from.x) * i) / Math.max(1, steps);
    const y = from.y + ((to.y - from.y) * i) / Math.max(1, steps);
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
  }
  return false;
}

/** How far a label is from the edge of its mark. */
const DISTANCES = [3, 8, 14, 22, 32, 44, 58, 74, 94, 118];
const DIRECTIONS = 16;

/** Orders in which labels are placed, and how often each is gone through at most. */
const STARTS = 12;
const SWEEPS = 8;

/** The places that a label may take: around its point, nearer ones first. */
function candidates(point: Labelled, bounds: Box): PlacedLabel[] {
  const width = textWidth(point.text);
  return DISTANCES.flatMap((distance) =>
    Array.from({ length: DIRECTIONS }, (_, i): PlacedLabel => {
      const angle = (2 * Math.PI * i) / DIRECTIONS;
      const radius = point.radius + distance;
      const [right, down] = [Math.cos(angle), Math.sin(angle)];
      const left = point.x + radius * right + (right - 1) * (width / 2);
      const top = point.y + radius * down + (down - 1) * (LINE / 2);
      const box = { left, top, right: left + width, bottom: top + LINE };
      const end = {
        x: Math.min(box.right, Math.max(box.left, point.x)),
        y: Math.min(box.bottom - 3, Math.max(box.top + 3, point.y)),
      };
      return { ...point, box, leader: distance > 8 ? end : null };
    }),
  ).filter(
    ({ box }) =>
      box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom,
  );
}

/**
 * Takes for each label, a few times over and in several orders, the place that costs least given those of the others: covering another label
 * costs most, then covering a point, a line or what else must stay free; then being far away.
 *
 * @param bounds where labels may lie
 * @param obstacles what labels should leave free, such as bars
 */
export function placeLabels(points: readonly Labelled[], bounds: Box, obstacles: readonly Box[] = []): PlacedLabel[] {
  const choices = points.map((point) => {
    const inside = candidates(point, bounds);
    const width = textWidth(point.text);
    // Nothing fits only where the bounds are narrower than the text: it then begins at their left.
    const box = { left: bounds.left, top: point.y, right: bounds.left + width, bottom: point.y + LINE };
    return inside.length > 0 ? inside : [{ ...point, box, leader: null }];
  });
  const marks = points.map((point) => around(point, point.radius + 1.5));
  // What does not depend on the other labels is computed once.
  const own = choices.map((places, at) =>
    places.map((place) => {
      let cost = 0.5 * Math.hypot((place.leader?.x ?? place.x) - place.x, (place.leader?.y ?? place.y) - place.y);
      marks.forEach((mark, other) => {
        cost += 3 * overlap(place.box, mark);
        if (other !== at && place.leader !== null && crosses(place, place.leader, mark)) cost += 60;
      });
      for (const obstacle of obstacles) cost += 0.6 * overlap(place.box, obstacle);
      return cost;
    }),
  );
  /** What a place costs given the places of the others; no further than `most`. */
  const costOf = (at: number, i: number, taken: readonly (number | undefined)[], most: number): number => {
    const place = choices[at][i];
    let cost = own[at][i];
    for (let other = 0; other < points.length && cost < most; other++) {
      const theirs = other === at ? undefined : taken[other];
      if (theirs === undefined) continue;
      const label = choices[other][theirs];
      const shared = overlap(place.box, label.box);
      if (shared > 0) cost += 2000 + 10 * shared;
      if (place.leader !== null && crosses(place, place.leader, label.box)) cost += 300;
      if (label.leader !== null && crosses(label, label.leader, place.box)) cost += 300;
    }
    return cost;
  };
  let best: readonly (number | undefined)[] = [];
  let least = Number.POSITIVE_INFINITY;
  // Who comes first decides where it ends: several orders are tried.
  for (let start = 0; start < STARTS; start++) {
    const order = permutation(points.length, new StreamReader(stream(start, 'labels')));
    const taken: (number | undefined)[] = points.map(() => undefined);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      let isChanged = false;
      for (const at of order) {
        let lowest = Number.POSITIVE_INFINITY;
        const before = taken[at];
        for (let i = 0; i < choices[at].length; i++) {
          const cost = costOf(at, i, taken, lowest);
          if (cost < lowest) {
            lowest = cost;
            taken[at] = i;
          }
        }
        isChanged ||= taken[at] !== before;
      }
      if (!isChanged) break;
    }
    let total = 0;
    for (let at = 0; at < points.length; at++)
      total += costOf(at, taken[at] as number, taken, Number.POSITIVE_INFINITY);
    if (total < least) [best, least] = [taken, total];
  }
  return points.map((_, at) => choices[at][best[at] as number]);
}

/**
 * Moves numbers apart so that neighbours are at least a gap from each other, by the least sum of squared moves, order kept
 * (pool adjacent violators).
 */
export function spreadApart(values: readonly number[], gap: number): number[] {
  const order = values.map((_, place) => place).sort((a, b) => values[a] - values[b] || a - b);
  const blocks: { sum: number; places: number[] }[] = [];
  order.forEach((place, rank) => {
    let block = { sum: values[place] - rank * gap, places: [place] };
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined || before.sum / before.places.length <= block.sum / block.places.length) break;
      blocks.pop();
      block = { sum: before.sum + block.sum, places: [...before.places, ...block.places] };
    }
    blocks.push(block);
  });
  const moved = [...values];
  let rank = 0;
  for (const { sum, places } of blocks) {
    for (const place of places) moved[place] = sum / places.length + rank++ * gap;
  }
  return moved;
}

/** A label and the line from its point, as SVG; white behind, so that what lies below does not disturb it. */
export function labelSvg({ x, y, box, leader, text }: PlacedLabel, colour: string): string {
  const line =
    leader === null
      ? ''
      : `<line x1="${x.toFixed(1)}" y1="${y.toFixed(1)}" x2="${leader.x.toFixed(1)}" y2="${leader.y.toFixed(1)}" stroke="#777" stroke-width="0.7"/>`;
  // Boxes are rather too wide for their text, which therefore keeps to the side of its point.
  const [anchor, at]: [string, number] =
    box.left >= x ? ['start', box.left] : box.right <= x ? ['end', box.right] : ['middle', (box.left + box.right) / 2];
  return `${line}<text class="label" x="${at.toFixed(1)}" y="${(box.bottom - 3.5).toFixed(1)}" font-size="${LABEL_SIZE}" text-anchor="${anchor}" fill="${colour}" stroke="white" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke">${escapeXml(text)}</text>`;
}
