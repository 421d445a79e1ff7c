import type { Dataset } from 'lottery-lab/data';
import { type Draw, drawOf, type FinishedCell, networkOf, type Parents, startOf } from 'lottery-lab/experiments';
import { type Kernels, loadKernels } from 'lottery-lab/kernels';
import { prunableParameters, type Tensors } from 'lottery-lab/networks';
import { messageOf } from '../parts/message.js';
import { histogramOf, reachOf } from './histogram.js';
import type { LayerWeights, WeightsReply, WeightsRequest } from './weights-messages.js';

// Looks into finished networks beside the page: what their weights were at the start and are at the end.

const kernels = loadKernels();
let dataset: Dataset | null = null;

type LookRequest = Extract<WeightsRequest, { kind: 'look' }>;

/** The values of a tensor where a mask keeps them. */
function survivors(values: Float32Array, mask: Uint8Array | undefined): Float32Array {
  return mask === undefined ? values : values.filter((_, place) => mask[place] === 1);
}

/** Every weight's value at the start, those included that are pruned: what a ticket's survivors were chosen among. */
function unmasked(
  { specification, mask }: FinishedCell,
  start: Tensors,
  parents: Parents,
  draw: Draw,
  sampler: Kernels['sampler'],
): Tensors {
  if (mask === null) return start;
  // A start that alters the survivors' values says nothing of the others: they had those of the initialisation.
  if (specification.start.kind === 'altered') return draw(specification.initialisation.seed);
  return startOf({ ...specification, pruned: 'zero' }, null, parents, draw, sampler);
}

async function look({ cell, parents: made }: LookRequest): Promise<LayerWeights[]> {
  if (dataset === null) throw new Error('no data were given to look with.');
  const parents = new Map(made.map((parent) => [parent.id, parent]));
  const { sampler } = await kernels;
  const draw = drawOf(await kernels, cell.specification, dataset);
  const start = startOf(cell.specification, cell.mask, parents, draw, sampler);
  const all = unmasked(cell, start, parents, draw, sampler);
  const names = prunableParameters(networkOf(cell.specification)).map(({ name }) => name);
  const groups =
    names.length > 1
      ? [['all layers', names] as const, ...names.map((name) => [name, [name]] as const)]
      : [[names[0], names] as const];
  return groups.map(([layer, tensors]) => {
    const of = (values: ReadonlyMap<string, Float32Array>) => tensors.map((name) => values.get(name) as Float32Array);
    const masked = (values: ReadonlyMap<string, Float32Array>) =>
      tensors.map((name) => survivors(values.get(name) as Float32Array, cell.mask?.get(name)));
    const reach = reachOf(of(all));
    const end = masked(cell.finalWeights);
    return {
      layer,
      all: histogramOf(of(all), reach),
      kept: histogramOf(masked(start), reach),
      end: histogramOf(end, reachOf(end)),
    };
  });
}

async function answer(request: LookRequest): Promise<WeightsReply> {
  const { id } = request;
  try {
    return { id, kind: 'weights', layers: await look(request) };
  } catch (error) {
    return { id, kind: 'error', message: messageOf(error) };
  }
}

addEventListener('message', async ({ data }: MessageEvent<WeightsRequest>) => {
  if (data.kind === 'data') dataset = data.dataset;
  else postMessage(await answer(data));
});
