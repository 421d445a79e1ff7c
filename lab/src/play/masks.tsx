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

/** Which inputs the first layer still reads, round by round. */
export function Masks({ results, trial }: MasksProps) {
  const [channels, height, width] = results.dataset.shape;
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
  if (channels !== 1 || tickets.length === 0 || width < NARROWEST || tickets[0].inputDegree.length !== width * height) {
    return null;
  }
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
