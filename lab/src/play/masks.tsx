import { conditionOf } from 'lottery-lab/analysis';
import type { CellResult, RunResults } from 'lottery-lab/experiments';
import { useMemo } from 'preact/hooks';
import { Pixels } from '../parts/pixels.js';

/** Images narrower than this have no picture worth looking at. */
const NARROWEST = 8;

interface MasksProps {
  readonly results: RunResults;
  readonly trial: number;
}

/** Whether the inputs of the first layer are the pixels of a picture that is worth looking at. */
export function hasMasks({ dataset, cells }: RunResults): boolean {
  const [channels, height, width] = dataset.shape;
  return channels === 1 && width >= NARROWEST && cells.some(({ inputDegree }) => inputDegree.length === width * height);
}

/** Which inputs the first layer still reads, round by round. */
export function Masks({ results, trial }: MasksProps) {
  const [, height, width] = results.dataset.shape;
  const tickets = useMemo(
    () =>
      results.cells.filter(
        (cell) => cell.trial === trial && (cell.condition === 'dense' || cell.condition === 'ticket'),
      ),
    [results, trial],
  );
  const most = Math.max(...tickets.flatMap(({ inputDegree }) => inputDegree), 1);
  const pictures = useMemo(
    () => tickets.map((cell) => ({ cell, values: cell.inputDegree.map((degree) => degree / most) })),
    [tickets, most],
  );
  if (tickets.length === 0 || !hasMasks(results)) return null;
  return (
    <section>
      <h2>Which pixels the tickets of trial {trial + 1} read</h2>
      <p class="soft">The darker a pixel, the more weights of the first layer that read it survive.</p>
      <div class="masks">
        {pictures.map(({ cell, values }) => (
          <Pixels key={cell.id} title={titleOf(cell)} values={values} width={width} height={height} />
        ))}
      </div>
    </section>
  );
}

const titleOf = ({ level, density }: CellResult): string =>
  level === 0 ? conditionOf('dense').title : `round ${level}, ${(100 * density).toFixed(1)}%`;
