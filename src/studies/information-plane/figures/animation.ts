import { type EstimatorName, estimatorOf } from '../../../analysis/information/index.js';
import { escapeXml, type Figure, toCsv } from '../../../figures/figure.js';
import type { InformationFound } from '../found.js';
import { shareColour, shareOf, signOf } from './look.js';
import { picture } from './panel.js';
import { drawWays, type Plane, placeOf, planeOf } from './plane.js';

/** A way in pixels, for the script. */
interface Track {
  readonly sign: string;
  readonly isMean: boolean;
  /** A place an iteration, null where the training has no such. */
  readonly at: readonly (readonly [number, number] | null)[];
}

function tracksOf(plane: Plane, iterations: readonly number[]): Track[] {
  const round = (value: number) => Math.round(value * 10) / 10;
  return plane.ways.map((way): Track => {
    const byIteration = new Map(way.points.map((point) => [point.iteration, placeOf(plane, way, point)]));
    return {
      sign: signOf(way.layer),
      isMean: way.trial === null,
      at: iterations.map((iteration): [number, number] | null => {
        const place = byIteration.get(iteration);
        return place === undefined ? null : [round(place[0]), round(place[1])];
      }),
    };
  });
}

/**
 * What moves the picture: at the slider's iteration every trial's layers as pale signs, the means as full ones, and behind
 * these the way that they came. Plain text, so that the page works from a file and without a library.
 */
const script = `
(() => {
  const root = document.currentScript.parentElement;
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const slider = root.querySelector('input');
  const button = root.querySelector('button');
  const output = root.querySelector('output');
  const choice = root.querySelector('select');
  const make = (name, parent, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const views = data.planes.map((plane, index) => {
    const svg = root.querySelectorAll('svg')[index];
    svg.querySelector('.ways').remove();
    const layer = make('g', svg, {});
    const means = plane.tracks.filter((track) => track.isMean);
    const lines = means.map((track) => [track, make('path', layer, { fill: 'none', stroke: '#999', 'stroke-width': 1 })]);
    const single = plane.tracks.length > 2 * means.length ? plane.tracks.filter((track) => !track.isMean) : [];
    const signs = [...single, ...means].map((track) => [
      track,
      make('path', layer, { d: track.sign, stroke: '#222', 'stroke-width': track.isMean ? 0.7 : 0.3, opacity: track.isMean ? 1 : 0.35 }),
    ]);
    return { svg, lines, signs };
  });
  const show = () => {
    const now = Number(slider.value);
    const iteration = data.iterations[now].toLocaleString('en');
    output.textContent = 'iteration ' + iteration;
    slider.setAttribute('aria-valuetext', 'iteration ' + iteration);
    views.forEach(({ svg, lines, signs }, index) => {
      svg.style.display = index === Number(choice.value) ? '' : 'none';
      for (const [track, path] of lines) {
        const places = track.at.slice(0, now + 1).filter((place) => place !== null);
        path.setAttribute('d', places.length > 1 ? 'M' + places.join('L') : '');
      }
      for (const [track, path] of signs) {
        const place = track.at[now];
        path.style.display = place === null ? 'none' : '';
        if (place === null) continue;
        path.setAttribute('transform', 'translate(' + place + ')');
        path.setAttribute('fill', data.colours[now]);
      }
    });
  };
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = 'Play';
  };
  const play = () => {
    if (Number(slider.value) === data.iterations.length - 1) slider.value = '0';
    button.textContent = 'Pause';
    show();
    timer = setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      show();
      if (Number(slider.value) === data.iterations.length - 1) stop();
    }, 400);
  };
  button.addEventListener('click', () => (timer === null ? play() : stop()));
  slider.addEventListener('input', () => {
    if (timer !== null) stop();
    show();
  });
  choice.addEventListener('change', show);
  root.querySelector('.moves').style.display = 'flex';
  show();
})();
`;

function interactive(planes: readonly Plane[], iterations: readonly number[], last: number): string {
  const data = {
    iterations,
    colours: iterations.map((iteration) => shareColour(shareOf(iteration, last))),
    planes: planes.map((plane) => ({ tracks: tracksOf(plane, iterations) })),
  };
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const end = iterations.length - 1;
  // Without a script the first estimator's whole picture stands there.
  const pictures = planes.map((plane, index) =>
    picture(
      plane.height,
      `${plane.ground}<g class="ways">${drawWays(plane)}</g>`,
      index === 0 ? '' : ' style="display:none"',
    ),
  );
  const options = planes.map(
    ({ estimator }, index) => `<option value="${index}">${escapeXml(estimatorOf(estimator).title)}</option>`,
  );
  return `<div><div class="moves" style="display:none;flex-wrap:wrap;gap:0.8rem;align-items:center;margin-bottom:0.6rem"><button type="button" style="min-width:4.5rem">Play</button><input type="range" min="0" max="${end}" step="1" value="${end}" aria-label="iteration" style="flex:1;min-width:12rem"><output style="min-width:10rem;font-variant-numeric:tabular-nums"></output><label>by <select>${options.join('')}</select></label></div>${pictures.join('')}<script type="application/json">${json}</script><script>${script}</script></div>`;
}

/** The plane over training, with a slider over iterations and a choice of the estimator; null where nothing is said. */
export function planeAnimation(found: InformationFound, estimators: readonly EstimatorName[]): Figure | null {
  const planes = estimators.map((estimator) => planeOf(found, estimator)).filter((plane) => plane !== null);
  if (planes.length === 0) return null;
  const iterations = [
    ...new Set(planes.flatMap(({ ways }) => ways.flatMap(({ points }) => points.map(({ iteration }) => iteration)))),
  ].sort((a, b) => a - b);
  const [first] = planes;
  const last = iterations[iterations.length - 1];
  return {
    id: 'plane-over-training',
    title: 'The information plane over training',
    caption: `Every layer at the slider’s iteration: full markers are means over trials, pale ones single trials, grey lines the path of the means so far. Play, or move the slider with the arrow keys. The file is the picture by ${estimatorOf(first.estimator).title}, all iterations at once. What each estimator assumes stands under its picture.`,
    svg: picture(first.height, `${first.ground}${drawWays(first)}`),
    interactive: interactive(planes, iterations, last),
    csv: toCsv(
      planes.flatMap((plane) =>
        plane.ways
          .filter(({ trial }) => trial === null)
          .flatMap((way) =>
            way.points.map(({ iteration, input, label }) => ({
              estimator: plane.estimator,
              condition: plane.conditions[way.panel],
              layer: plane.layers[way.layer],
              iteration,
              information_of_input_bits_mean: input,
              information_of_label_bits_mean: label,
            })),
          ),
      ),
    ),
  };
}
