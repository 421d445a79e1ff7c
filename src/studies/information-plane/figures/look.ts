import { escapeXml } from '../../../figures/figure.js';

/** Colours of iterations and signs of layers in the information plane. */

type Colour = readonly [number, number, number];

/** Dark blue to orange, light rising all the way, so that every eye can distinguish it, in grey too. */
const stops: readonly Colour[] = [
  [13, 8, 135],
  [106, 0, 168],
  [177, 42, 144],
  [225, 100, 98],
  [252, 166, 54],
];

/** The colour of a share from 0 to 1. */
export function shareColour(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(at));
  const mixed = [0, 1, 2].map((channel) =>
    Math.round(stops[below][channel] + (at - below) * (stops[below + 1][channel] - stops[below][channel])),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Where an iteration lies between the first and the last, by the logarithm of 1 + iteration. */
export const shareOf = (iteration: number, last: number): number =>
  last === 0 ? 0 : Math.log2(1 + iteration) / Math.log2(1 + last);

/** Outlines of signs around the origin, about 4 pixels in radius, one a layer. */
const signs = [
  'M-3.8,0a3.8,3.8 0 1,0 7.6,0a3.8,3.8 0 1,0 -7.6,0Z',
  'M-3.4,-3.4h6.8v6.8h-6.8Z',
  'M0,-4.4L4.2,3.2H-4.2Z',
  'M0,-4.8L4.8,0L0,4.8L-4.8,0Z',
  'M0,4.4L4.2,-3.2H-4.2Z',
  'M-1.5,-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3Z',
  'M0,-5L1.4,-1.6L5,-1.5L2.2,0.8L3.1,4.3L0,2.3L-3.1,4.3L-2.2,0.8L-5,-1.5L-1.4,-1.6Z',
] as const;

/** Layers that a figure has signs for. */
export const MOST_LAYERS = signs.length;

/** The places of the layers that are drawn: all, or as many as there are signs, the first and the last among them. */
export function drawnLayers(count: number): number[] {
  if (count <= MOST_LAYERS) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: MOST_LAYERS }, (_, i) => Math.round((i * (count - 1)) / (MOST_LAYERS - 1)));
}

export const signOf = (place: number): string => signs[place];

/** Signs of layers with their names, beside each other from the left. */
export function layerLegend(names: readonly string[], left: number, y: number): string {
  let x = left;
  return names
    .map((name, place) => {
      const at = x;
      x += 26 + name.length * 7;
      return `<path transform="translate(${at + 5},${y})" d="${signOf(place)}" fill="#888" stroke="#222" stroke-width="0.6"/><text x="${at + 14}" y="${y + 4}" font-size="12" fill="#222">${escapeXml(name)}</text>`;
    })
    .join('');
}

/** Iterations to write on an axis or a colour bar: 0, powers of ten, and the last. */
export function iterationTicks(last: number): { readonly iteration: number; readonly text: string }[] {
  const ticks = [{ iteration: 0, text: '0' }];
  for (let power = 1; power <= last; power *= 10) {
    // The last stands for a power that is too near to it for both to be written.
    if (shareOf(power, last) < 0.84) ticks.push({ iteration: power, text: power.toLocaleString('en') });
  }
  if (last > 0) ticks.push({ iteration: last, text: last.toLocaleString('en') });
  return ticks;
}

/** A bar of the colours from the first iteration to the last, with some of them written under it. */
export function colourBar(last: number, x: number, y: number, width: number): string {
  const pieces = 60;
  const bar = Array.from({ length: pieces }, (_, i) => {
    const from = x + (i * width) / pieces;
    return `<rect x="${from.toFixed(1)}" y="${y}" width="${(width / pieces + 0.5).toFixed(1)}" height="9" fill="${shareColour(i / (pieces - 1))}"/>`;
  }).join('');
  const ticks = iterationTicks(last)
    .map(({ iteration, text }) => {
      const at = (x + shareOf(iteration, last) * width).toFixed(1);
      return `<line x1="${at}" x2="${at}" y1="${y + 9}" y2="${y + 12}" stroke="#222"/><text x="${at}" y="${y + 23}" font-size="10" fill="#222" text-anchor="middle">${text}</text>`;
    })
    .join('');
  return `<text x="${x - 8}" y="${y + 9}" font-size="12" fill="#222" text-anchor="end">iteration</text>${bar}${ticks}`;
}

/** A text in lines of at most so many characters, broken between words. */
export function textLines(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line !== '' && line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
