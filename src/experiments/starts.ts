import type { Sampler } from '../kernels/kernels.js';
import { InputError } from '../networks/errors.js';
import type { Mask, Tensors } from '../networks/network.js';
import { deriveSeed } from '../random/stream.js';
import { applyMask, startValues } from '../tickets/index.js';
import type { CellSpecification, StartSpecification } from './cell-specification.js';
import type { Draw } from './draw.js';
import { type Parents, parentOf } from './parents.js';

/**
 * The values a cell starts from, pruned places at +0 unless they are frozen.
 *
 * @param draw of the cell; see `drawOf`
 * @throws InputError when the cell to rewind to is missing or did not keep that iteration
 */
export function startOf(
  { initialisation, start, pruned }: Pick<CellSpecification, 'initialisation' | 'start' | 'pruned'>,
  mask: Mask | null,
  parents: Parents,
  draw: Draw,
  sampler: Sampler,
): Tensors {
  const values = (): Tensors => {
    switch (start.kind) {
      case 'initial':
        return draw(initialisation.seed);
      case 'reinitialise':
        return draw(start.seed);
      case 'rewind':
        return rewound(start, parents);
      case 'continue':
        return parentOf(parents, start.cell).finalWeights;
      case 'altered':
        return altered(start, start.rewind ? rewound(start.rewind, parents) : draw(initialisation.seed));
    }
  };
  return mask === null || pruned === 'frozen' ? values() : applyMask(values(), mask);

  function altered({ by, seed, amount }: Extract<StartSpecification, { kind: 'altered' }>, initial: Tensors): Tensors {
    if (mask === null) throw new InputError(`start ${by} needs a ticket; the dense network has no mask.`);
    const redrawn = draw(deriveSeed(seed, 'redrawn'));
    const values = startValues(by, { initial, redrawn, mask, seed, amount, sampler });
    return pruned === 'frozen' ? withPruned(values, mask, initial) : values;
  }
}

/** The values with those of others where a weight is pruned. */
function withPruned(values: Tensors, mask: Mask, others: Tensors): Tensors {
  return new Map(
    [...values].map(([name, given]): [string, Float32Array] => {
      const bits = mask.get(name);
      const other = others.get(name) as Float32Array;
      return [name, bits ? given.map((value, i) => (bits[i] === 0 ? other[i] : value)) : given];
    }),
  );
}

function rewound(
  { cell, iteration }: { readonly cell: string; readonly iteration: number },
  parents: Parents,
): Tensors {
  const kept = parentOf(parents, cell).snapshots.get(iteration);
  if (kept === undefined) throw new InputError(`cell ${cell} kept no weights of iteration ${iteration} to rewind to.`);
  return kept;
}
