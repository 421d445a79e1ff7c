// The plots of the benchmark's page.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { densityTicks, drawPlot } from '../dist/figures/figure.js';
import { engineNames, fairRow, median, networkNames } from '../dist/node/bench/index.js';

const { document } = parseHTML('<!doctype html><html><body></body></html>');

const colours = {
  native: '#0072b2',
  wasm: '#56b4e9',
  'pytorch-default': '#e69f00',
  'pytorch-kept': '#d55e00',
  tfjs: '#009e73',
  jax: '#cc79a7',
};

const legendNames = {
  native: 'native',
  wasm: 'wasm',
  'pytorch-default': 'PyTorch, default',
  'pytorch-kept': 'PyTorch, memory kept',
  tfjs: 'TensorFlow.js',
  jax: 'jax-js',
};

/** Powers of ten and their doubles and halves within a range, for a logarithmic axis. */
function ticks(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const all = [];
  for (let power = -4; power < 6; power++) for (const digit of [1, 2, 5]) all.push(digit * 10 ** power);
  return all.filter((value) => value >= low / 1.01 && value <= high * 1.01);
}

const tickText = (value) => `${Number(value.toPrecision(2))}`;

/** Milliseconds of a step against density, with the line of dense time times density. */
export function stepsPlot(rows, network) {
  const points = rows.map((row) => ({
    engine: row.engine,
    kind: row.test.kind,
    percent: 100 * (row.density ?? row.test.density),
    ms: median(row.ms),
  }));
  const own = points.filter(({ kind }) => kind === 'step');
  const least = Math.min(...points.map(({ percent }) => percent));
  // Of a peer's dense steps the fastest on each of its settings.
  const dense = points.filter(({ kind }) => kind === 'dense' || kind === 'channels-last');
  const levels = dense
    .filter(({ engine, ms }) => dense.every((other) => other.engine !== engine || other.ms >= ms))
    .flatMap((point) => [
      { ...point, percent: 100 },
      { ...point, percent: least },
    ]);
  const kept = rows.some(({ engine }) => engine === 'pytorch-kept') ? 'pytorch-kept' : 'pytorch-default';
  const sparse = points.filter(({ kind, engine }) => kind === 'sparse' && engine === kept);
  const fastest =
    own.find(({ engine, percent }) => engine === 'native' && percent > 99) ?? own.find((p) => p.percent > 99);
  const ideal = fastest
    ? [fastest, { percent: least, ms: (fastest.ms * least) / 100 }].map(({ percent, ms }) => ({ percent, ms }))
    : [];
  const shown = [...new Set([...own, ...levels].map(({ engine }) => engine))];
  const legend = shown.map((engine) => ({
    name: legendNames[engine],
    colour: colours[engine],
  }));
  if (sparse.length > 0) legend.push({ name: 'torch.sparse', colour: colours[kept], dashed: true });
  if (ideal.length > 0) legend.push({ name: 'ideal', colour: '#888888', dashed: true });
  const all = [...own, ...levels, ...sparse, ...ideal].map(({ ms }) => ms);
  const percentages = [...new Set(own.map(({ percent }) => percent))];
  return drawPlot(
    document,
    {
      x: { type: 'log', reverse: true },
      y: { type: 'log', domain: [Math.min(...all) / 1.2, Math.max(...all) * 1.2] },
      marks: [
        Plot.axisX(densityTicks(percentages), {
          text: tickText,
          label: 'weights remaining (%)',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.gridY(ticks(all)),
        Plot.axisY(ticks(all), {
          text: tickText,
          label: `${networkNames[network]}: milliseconds a step`,
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.line(ideal, { x: 'percent', y: 'ms', stroke: '#888888', strokeDasharray: '4 3' }),
        Plot.line(levels, { x: 'percent', y: 'ms', z: 'engine', stroke: (d) => colours[d.engine], strokeWidth: 2 }),
        Plot.line(sparse, { x: 'percent', y: 'ms', stroke: colours[kept], strokeDasharray: '4 3', strokeWidth: 2 }),
        Plot.dot(sparse, { x: 'percent', y: 'ms', stroke: colours[kept], fill: 'white' }),
        Plot.line(own, { x: 'percent', y: 'ms', z: 'engine', stroke: (d) => colours[d.engine], strokeWidth: 2 }),
        Plot.dot(own, { x: 'percent', y: 'ms', fill: (d) => colours[d.engine] }),
      ],
    },
    legend,
  );
}

/** The axis along which bars grow. */
const fromZero = (most, label) => ({ domain: [0, most], grid: true, label, labelAnchor: 'center', labelArrow: 'none' });

/** Each operation's rate as a share of the peak without contraction, dense and sparse, as bars. */
export function sharesPlot(shares) {
  const order = [...new Set(shares.map(({ operation }) => operation))];
  return drawPlot(document, {
    height: 60 + 24 * order.length,
    marginLeft: 300,
    marginRight: 40,
    marginTop: 20,
    x: fromZero(100, 'share of the peak without contraction (%)'),
    y: { domain: order, label: null },
    marks: [
      Plot.barX(shares, { x: (d) => 100 * d.share, y: 'operation', fill: colours.native, inset: 2 }),
      Plot.text(shares, {
        x: (d) => 100 * d.share,
        y: 'operation',
        text: (d) => `${Math.round(100 * d.share)}`,
        dx: 12,
      }),
      Plot.ruleX([0]),
    ],
  });
}

/** Seconds of a whole ladder, as bars. */
export function ladderPlot(rows) {
  const bars = rows.map((row) => ({
    engine: engineNames[row.engine],
    id: row.engine,
    seconds: median(row.ms) / 1000,
  }));
  const most = Math.max(...bars.map(({ seconds }) => seconds));
  return drawPlot(document, {
    height: 60 + 40 * bars.length,
    marginLeft: 190,
    marginRight: 60,
    marginTop: 20,
    x: fromZero(most * 1.08, 'seconds for nineteen levels'),
    y: { domain: bars.map(({ engine }) => engine), label: null },
    marks: [
      Plot.barX(bars, { x: 'seconds', y: 'engine', fill: (d) => colours[d.id], inset: 4 }),
      Plot.text(bars, { x: 'seconds', y: 'engine', text: (d) => d.seconds.toPrecision(3), dx: 20 }),
      Plot.ruleX([0]),
    ],
  });
}

/** Points of a group such as `width 50`: our steps, and PyTorch's on its fastest setting. */
function sizePoints(rows) {
  return [...new Set(rows.map(({ group }) => group))].flatMap((group) => {
    const [size, value] = group.split(' ');
    const own = rows.filter((row) => row.group === group);
    const peer = fairRow(own, 'PyTorch');
    return [
      ...own
        .filter(({ test }) => test.kind === 'step')
        .map((row) => ({ series: row.test.density === 1 ? 'native dense' : 'native 0.1', row })),
      ...(peer ? [{ series: 'pytorch dense', row: peer }] : []),
    ].map(({ series, row }) => ({ size, value, series, ms: median(row.ms) }));
  });
}

/** Milliseconds of a step against width, batch and depth, a panel each. */
export function sizesPlot(timed) {
  const points = sizePoints(timed);
  const series = [
    { id: 'native dense', name: 'native, dense', colour: colours.native },
    { id: 'native 0.1', name: 'native, density 0.1', colour: colours.native, dashed: true },
    { id: 'pytorch dense', name: 'PyTorch, dense', colour: colours['pytorch-kept'] },
  ].filter(({ id }) => points.some((point) => point.series === id));
  const labels = { width: 'units of the first layer', batch: 'examples in a batch', depth: 'hidden layers of 300' };
  const rows = points.map((point) => ({ ...point, panel: labels[point.size], place: point.value }));
  const all = rows.map(({ ms }) => ms);
  const panels = Object.keys(labels).map((size) => {
    const own = rows.filter((row) => row.size === size);
    return drawPlot(
      document,
      {
        width: 240,
        height: 300,
        marginLeft: size === 'width' ? 62 : 36,
        marginRight: 10,
        x: {
          type: 'point',
          domain: [...new Set(own.map(({ place }) => place))],
          label: labels[size],
          labelAnchor: 'center',
          labelArrow: 'none',
        },
        y: { type: 'log', domain: [Math.min(...all) / 1.2, Math.max(...all) * 1.2] },
        marks: [
          Plot.gridY(ticks(all)),
          Plot.axisY(ticks(all), {
            text: tickText,
            label: size === 'width' ? 'milliseconds a step' : null,
            labelAnchor: 'center',
            labelArrow: 'none',
          }),
          ...series.flatMap(({ id, colour, dashed }) => {
            const line = own.filter((row) => row.series === id);
            return [
              Plot.line(line, {
                x: 'place',
                y: 'ms',
                stroke: colour,
                strokeWidth: 2,
                strokeDasharray: dashed ? '4 3' : undefined,
              }),
              Plot.dot(line, { x: 'place', y: 'ms', fill: colour }),
            ];
          }),
        ],
      },
      [],
    );
  });
  // Three plots side by side in one figure, under one legend.
  const inner = panels.map((svg, i) => svg.replace('<svg', `<svg x="${240 * i}" y="20"`));
  const legend = series
    .map(({ name, colour, dashed }, i) => {
      const x = 60 + 190 * i;
      const dash = dashed ? ' stroke-dasharray="4 3"' : '';
      return `<line x1="${x}" x2="${x + 18}" y1="14" y2="14" stroke="${colour}" stroke-width="2.5"${dash}/><text x="${x + 23}" y="18" font-size="12" font-family="DejaVu Sans, system-ui, sans-serif" fill="#222">${name}</text>`;
    })
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="720" height="320" viewBox="0 0 720 320"><rect width="100%" height="100%" fill="white"/>${legend}${inner.join('')}</svg>`;
}
