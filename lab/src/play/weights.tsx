import * as Plot from '@observablehq/plot';
import { useSignal } from '@preact/signals';
import { conditionOf } from 'lottery-lab/analysis';
import type { Dataset } from 'lottery-lab/data';
import { type CellResult, type CellStore, parentsOf } from 'lottery-lab/experiments';
import { useEffect, useRef } from 'preact/hooks';
import { conditionColour } from '../parts/colours.js';
import { messageOf } from '../parts/message.js';
import { Chart } from '../parts/plot.js';
import type { Histogram, LayerWeights, WeightsReply, WeightsRequest } from './weights-messages.js';

interface WeightsProps {
  readonly store: Pick<CellStore, 'read'>;
  readonly dataset: Dataset;
  /** Finished cells of one trial and level, the dense network first. */
  readonly cells: readonly CellResult[];
}

/** What weights are at the start and at the end: all, and those that survive. */
export function Weights({ store, dataset, cells }: WeightsProps) {
  const chosen = useSignal<string | null>(null);
  const layer = useSignal('all layers');
  const found = useSignal<{ readonly cell: string; readonly layers: readonly LayerWeights[] } | null>(null);
  const trouble = useSignal<string | null>(null);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  const cell =
    cells.find(({ id }) => id === chosen.value) ?? cells.find(({ condition }) => condition === 'ticket') ?? cells[0];

  useEffect(() => {
    const own = new Worker(new URL('./weights-worker.ts', import.meta.url), { type: 'module' });
    own.postMessage({ kind: 'data', dataset } satisfies WeightsRequest);
    worker.current = own;
    return () => own.terminate();
  }, [dataset]);

  useEffect(() => {
    if (cell === undefined || worker.current === null) return;
    const id = ++asked.current;
    worker.current.onmessage = ({ data }: MessageEvent<WeightsReply>) => {
      if (data.id !== asked.current) return;
      if (data.kind === 'error') trouble.value = data.message;
      else {
        trouble.value = null;
        found.value = { cell: cell.id, layers: data.layers };
      }
    };
    const { current } = worker;
    const send = async (): Promise<void> => {
      const whole = await store.read(cell.id);
      const parents = await Promise.all(parentsOf(whole.specification).map((parent) => store.read(parent)));
      if (id === asked.current)
        current.postMessage({ kind: 'look', id, cell: whole, parents } satisfies WeightsRequest);
    };
    send().catch((error: unknown) => {
      trouble.value = messageOf(error);
    });
  }, [cell?.id, dataset]);

  if (cell === undefined) return null;
  const layers = found.value?.layers ?? [];
  const shown = layers.find((one) => one.layer === layer.value) ?? layers[0];
  return (
    <section>
      <h2>Weights at the start and at the end</h2>
      <div class="choices">
        <label class="choose">
          network:{' '}
          <select value={cell.id} onChange={({ currentTarget }) => (chosen.value = currentTarget.value)}>
            {cells.map(({ id, condition, draw }) => (
              <option key={id} value={id}>
                {conditionOf(condition).title}
                {draw > 0 ? `, draw ${draw + 1}` : ''}
              </option>
            ))}
          </select>
        </label>
        <label class="choose">
          layer:{' '}
          <select
            value={shown?.layer ?? layer.value}
            onChange={({ currentTarget }) => (layer.value = currentTarget.value)}
          >
            {layers.map(({ layer: name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      {trouble.value === null ? null : <p class="error">{trouble.value}</p>}
      {shown === undefined ? (
        <p class="soft">Looking into the network.</p>
      ) : (
        <div class="charts">
          <Bars
            title={
              cell.condition === 'dense' ? 'At the start' : 'At the start: all weights (outline), survivors (filled)'
            }
            histograms={cell.condition === 'dense' ? [shown.kept] : [shown.kept, shown.all]}
            colour={conditionColour(cell.condition)}
          />
          <Bars
            title={cell.condition === 'dense' ? 'At the end' : 'At the end: survivors'}
            histograms={[shown.end]}
            colour={conditionColour(cell.condition)}
          />
        </div>
      )}
    </section>
  );
}

interface Bin {
  readonly low: number;
  readonly high: number;
  /** Share of the histogram's weights. */
  readonly share: number;
}

/** Each as shares of its own weights: survivors are few, and their shape is what matters. */
function binsOf({ from, counts }: Histogram): Bin[] {
  const width = (-2 * from) / counts.length;
  const all = Math.max(
    1,
    counts.reduce((sum, count) => sum + count),
  );
  return counts.map((count, bin) => ({
    low: from + bin * width,
    high: from + (bin + 1) * width,
    share: (100 * count) / all,
  }));
}

interface BarsProps {
  readonly title: string;
  /** The first filled, the second as an outline. */
  readonly histograms: readonly Histogram[];
  readonly colour: string;
}

function Bars({ title, histograms, colour }: BarsProps) {
  const [filled, outline] = histograms.map(binsOf);
  return (
    <Chart
      title={title}
      height={180}
      of={[...histograms, colour]}
      options={() => ({
        marginLeft: 48,
        x: { label: 'value of a weight', ticks: 5 },
        y: { label: 'share of the weights (%)', grid: true, ticks: 4 },
        marks: [
          Plot.rectY(filled, {
            x1: 'low',
            x2: 'high',
            y: 'share',
            fill: colour,
            fillOpacity: outline === undefined ? 0.75 : 0.55,
          }),
          ...(outline === undefined
            ? []
            : [
                Plot.lineY(outline, {
                  x: 'low',
                  y: 'share',
                  curve: 'step-after',
                  stroke: 'currentColor',
                  strokeWidth: 1.2,
                }),
              ]),
          Plot.ruleY([0]),
        ],
      })}
    />
  );
}
