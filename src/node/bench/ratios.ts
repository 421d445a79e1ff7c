import { type ComparedNetwork, type EngineId, networkNames, type Peer, peers } from './cases.js';
import type { Results, Row } from './results.js';
import { median, pairedRatio, type Ratio } from './statistics.js';

/** A ratio of two rows, and what it says. */
export interface NamedRatio extends Ratio {
  /** The same in every run: what is divided by what. */
  readonly name: string;
}

/** Lottery Lab's time of a step over the time that a peer takes for a dense one, on the peer's best setting. */
export interface Comparison extends NamedRatio {
  readonly network: ComparedNetwork;
  readonly own: 'native' | 'wasm';
  readonly density: number;
  readonly peer: Peer;
  /** The peer's row: its fastest setting. */
  readonly fair: Row;
}

/** Kinds of steps of a peer that train every weight. */
const denseKinds: readonly string[] = ['dense', 'channels-last'];

export const rowsOf = ({ rows }: Results, section: Row['section']): Row[] =>
  rows.filter((row) => row.section === section);

const isOf = (peer: Peer, engine: EngineId) => (peers[peer] as readonly EngineId[]).includes(engine);

function fastest(rows: readonly Row[]): Row | undefined {
  return rows.reduce<Row | undefined>(
    (best, row) => (best === undefined || median(row.ms) < median(best.ms) ? row : best),
    undefined,
  );
}

/** The dense step of a peer on the setting that is the fastest for this case, which ratios are of. */
export function fairRow(rows: readonly Row[], peer: Peer): Row | undefined {
  return fastest(rows.filter(({ engine, test }) => isOf(peer, engine) && denseKinds.includes(test.kind)));
}

/** The ladder of a peer on its fastest setting. */
export function fairLadder(rows: readonly Row[], peer: Peer): Row | undefined {
  return fastest(rows.filter(({ engine, test }) => isOf(peer, engine) && test.kind === 'ladder'));
}

/** Our steps against the dense step of each peer that ran. */
export function comparisons(results: Results): Comparison[] {
  return (Object.keys(networkNames) as ComparedNetwork[]).flatMap((network) => {
    const rows = rowsOf(results, network);
    const own = rows.filter(({ test }) => test.kind === 'step');
    return (Object.keys(peers) as Peer[]).flatMap((peer) => {
      const fair = fairRow(rows, peer);
      if (fair === undefined) return [];
      return own.map(({ engine, test, ms }) => ({
        network,
        own: engine as 'native' | 'wasm',
        density: test.density,
        peer,
        fair,
        name: `${networkNames[network]}, ${engine}, density ${test.density} / ${peer}, dense`,
        ...pairedRatio(ms, fair.ms),
      }));
    });
  });
}

/** Every ratio that the page states: of steps, ladders, threads, sizes and cores. */
export function ratiosOf(results: Results): NamedRatio[] {
  const ladder = rowsOf(results, 'ladder');
  const fair = fairLadder(ladder, 'PyTorch');
  const ladders = ladder
    .filter(({ engine }) => fair !== undefined && (engine === 'native' || engine === 'wasm'))
    .map(({ engine, ms }) => ({
      name: `ladder, ${engine} / PyTorch`,
      ...pairedRatio(ms, (fair as Row).ms),
    }));
  const sizes = rowsOf(results, 'sizes');
  const sized = [...new Set(sizes.map(({ group }) => group))].flatMap((group) => {
    const rows = sizes.filter((row) => row.group === group);
    const dense = fairRow(rows, 'PyTorch');
    if (dense === undefined) return [];
    return rows
      .filter(({ test }) => test.kind === 'step')
      .map(({ engine, test, ms }) => ({
        name: `${group}, ${engine}, density ${test.density} / PyTorch, dense`,
        ...pairedRatio(ms, dense.ms),
      }));
  });
  return [...comparisons(results), ...ladders, ...sized, ...speedUps(results)];
}

/** One thread over several, for each case that ran on both. */
export function speedUps(results: Results): (NamedRatio & { readonly one: Row; readonly several: Row })[] {
  const rows = [...rowsOf(results, 'threads'), ...rowsOf(results, 'cores')];
  return rows
    .filter(({ threads }) => threads > 1)
    .flatMap((several) => {
      const one = rows.find(
        ({ section, engine, threads, test }) =>
          section === several.section &&
          engine === several.engine &&
          threads === 1 &&
          test.density === several.test.density,
      );
      if (one === undefined) return [];
      const what = several.section === 'cores' ? 'independent cells' : `density ${several.test.density}`;
      const name = `${what}, ${several.engine}, one thread / ${several.threads} threads`;
      return [{ one, several, name, ...pairedRatio(one.ms, several.ms) }];
    });
}
