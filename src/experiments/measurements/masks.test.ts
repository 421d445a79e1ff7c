import { beforeAll, describe, expect, it } from 'vitest';
import { type TinyRun, tinyRun, tinyStrokes } from '../../../test/fixtures/tiny-run.js';
import { drawPermutations, permuteMask, permuteTensors } from '../../analysis/alignment/index.js';
import { overlapOf } from '../../analysis/overlap/index.js';
import type { AgreementValues, MatchedBy, MatchingValues, OverlapValues } from '../../analysis/overlap/values.js';
import { type Kernels, loadKernels } from '../../kernels/index.js';
import { countOf, inputDegree } from '../../tickets/index.js';
import { networkOf } from '../cell-specification.js';
import type { FinishedCell } from '../store.js';
import { type MeasurementSpecification, makeMeasurement } from './index.js';
import { matchingSpecification } from './matching.js';

let kernels: Kernels;
let run: TinyRun;
let ticket: FinishedCell;
let permuted: FinishedCell;

beforeAll(async () => {
  kernels = await loadKernels();
  run = await tinyRun(kernels);
  ticket = run.trained('ticket') as FinishedCell;
  // The same ticket, its hidden units in another order.
  const network = networkOf(ticket.specification);
  const permutations = drawPermutations(network, 4);
  permuted = {
    ...ticket,
    id: 'permuted',
    mask: permuteMask(network, ticket.mask!, permutations),
    finalWeights: permuteTensors(network, ticket.finalWeights, permutations),
  };
});

const measure = async <Values>(
  specification: MeasurementSpecification,
  cells: readonly FinishedCell[],
): Promise<Values> =>
  (await makeMeasurement({
    specification,
    kernels,
    dataset: tinyStrokes,
    cells: new Map(cells.map((cell) => [cell.id, cell])),
  })) as Values;

const ofPair = <Values>(kind: string, first: FinishedCell, second: FinishedCell): Promise<Values> =>
  measure({ kind, version: 1, cells: [first.id, second.id] }, [first, second]);

describe('an overlap', () => {
  it('of a mask with itself is whole, and of a ticket with a random mask of its densities near chance', async () => {
    for (const { layer, size, first, second, common, withinInputs } of (
      await ofPair<OverlapValues>('overlap', ticket, ticket)
    ).layers) {
      const { kept, total } = ticket.layers.find((one) => one.layer === layer)!;
      expect([size, first, second, common]).toEqual([total, kept, kept, kept]);
      expect(withinInputs.jaccard).toBe(1);
    }
    const random = run.trained('random-mask') as FinishedCell;
    const { layers } = await ofPair<OverlapValues>('overlap', ticket, random);
    expect(layers.map(({ layer }) => layer)).toEqual(['fc1', 'fc2', 'fc3']);
    const [{ neurons, livingNeurons, ...counts }] = layers;
    expect(Math.abs(overlapOf(counts).z!)).toBeLessThan(4);
    expect(neurons.common.reduce((sum, count) => sum + count, 0)).toBe(counts.common);
    expect(livingNeurons).toEqual({ size: 12, first: 12, second: 12, common: 12 });
  });

  it('takes all of a dense network, and refuses another network', async () => {
    const dense = run.trained('dense') as FinishedCell;
    const [layer] = (await ofPair<OverlapValues>('overlap', dense, ticket)).layers;
    expect(layer).toMatchObject({ size: 9408, first: 9408, common: layer.second });
    const other = (await tinyRun(kernels, { network: { hidden: [5] } })).trained('ticket') as FinishedCell;
    await expect(ofPair('overlap', ticket, other)).rejects.toThrow('they have different networks');
  });
});

describe('a matching', () => {
  const of = (by: MatchedBy, cells: readonly [FinishedCell, FinishedCell] = [ticket, permuted], draws = 3) =>
    measure<MatchingValues>(matchingSpecification([cells[0].id, cells[1].id], { by, draws, seed: 1 }), cells);

  it.each(['masks', 'masked-weights'] as const)('by %s finds a ticket again whose units were permuted', async (by) => {
    const before = (await ofPair<OverlapValues>('overlap', ticket, permuted)).layers;
    const { layers, shuffled, after } = await of(by);
    layers.forEach(({ common, first, second }, i) => {
      expect([common, second]).toEqual([first, first]);
      // The output layer's rows stay where they are.
      expect(before[i].common).toBeLessThan(common);
    });
    expect(shuffled.map(({ shuffle, draw }) => `${shuffle} ${draw}`)).toEqual(
      ['weights', 'degrees'].flatMap((shuffle) => [0, 1, 2].map((draw) => `${shuffle} ${draw}`)),
    );
    for (const { common } of shuffled) expect(common[0]).toBeLessThan(layers[0].common);
    if (by === 'masks') expect(after).toBe(layers.reduce((sum, { common }) => sum + common, 0));
  });

  it('by the weights of other cells leaves a pair as those have it', async () => {
    const specification = matchingSpecification([ticket.id, permuted.id], {
      by: 'weights',
      weightsOf: [ticket.id, ticket.id],
      draws: 0,
      seed: 1,
    });
    expect(specification.cells).toEqual([ticket.id, permuted.id]);
    // Weights that agree as they are: nothing moves.
    const { layers, shuffled } = await measure<MatchingValues>(specification, [ticket, permuted]);
    const before = (await ofPair<OverlapValues>('overlap', ticket, permuted)).layers;
    expect(layers.map(({ common }) => common)).toEqual(before.map(({ common }) => common));
    expect(shuffled).toEqual([]);
  });

  it('by masks finds something in shuffled masks too, and is the same each time', async () => {
    const random = run.trained('random-mask') as FinishedCell;
    const raw = (await ofPair<OverlapValues>('overlap', ticket, random)).layers.reduce(
      (sum, { common }) => sum + common,
      0,
    );
    const { after, shuffled } = await of('masks', [ticket, random]);
    expect(after).toBeGreaterThan(raw);
    for (const { common } of shuffled) expect(common.reduce((a, b) => a + b, 0)).toBeGreaterThan(raw * 0.95);
    expect(await of('masks', [ticket, random])).toEqual(await of('masks', [ticket, random]));
  });

  it('refuses weights that are no numbers', async () => {
    const weights = new Map([...permuted.finalWeights].map(([name, values]) => [name, values.map(() => Number.NaN)]));
    await expect(of('masked-weights', [ticket, { ...permuted, finalWeights: weights }])).rejects.toThrow(
      'it has diverged',
    );
  });
});

describe('an agreement', () => {
  it('counts how many of the masks keep each weight, and maps the core and the union onto the pixels', async () => {
    const random = run.trained('random-mask') as FinishedCell;
    const cells = [ticket, permuted, random];
    const { layers, core, union } = await measure<AgreementValues>(
      { kind: 'agreement', version: 1, cells: cells.map(({ id }) => id) },
      cells,
    );
    layers.forEach(({ layer, size, kept, counts }) => {
      const masks = cells.map(({ mask }) => mask!.get(`${layer}.weight`)!);
      expect(kept).toEqual(masks.map(countOf));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(size);
      expect(counts.reduce((sum, count, times) => sum + count * times, 0)).toBe(kept.reduce((a, b) => a + b, 0));
    });
    const total = (degrees: readonly number[]) => degrees.reduce((sum, count) => sum + count, 0);
    expect(total(core)).toBe(layers[0].counts[3]);
    expect(total(union)).toBe(layers[0].size - layers[0].counts[0]);
    const alone = await measure<AgreementValues>({ kind: 'agreement', version: 1, cells: [ticket.id] }, [ticket]);
    expect(alone.core).toEqual(inputDegree(networkOf(ticket.specification), ticket.mask));
    expect(alone.union).toEqual(alone.core);
  });
});
