import type { RecordName } from 'lottery-lab/experiments';
import { hrefOf } from '../place.js';
import type { KeptExperiment } from './messages.js';
import { sizeText } from './size-text.js';

interface ListProps {
  readonly experiments: readonly KeptExperiment[];
  readonly sizes: ReadonlyMap<string, number>;
  readonly disabled: boolean;
  readonly onExport: (names: readonly RecordName[], folder: string) => void;
  readonly onRemove: (experiment: KeptExperiment) => void;
}

/** What is kept, a row each, with what can be done with it. */
export function List({ experiments, sizes, disabled, onExport, onRemove }: ListProps) {
  return (
    <table class="experiments">
      <thead>
        <tr>
          <th scope="col">Experiment</th>
          <th scope="col">Network</th>
          <th scope="col">Data</th>
          <th scope="col">Trainings</th>
          <th scope="col">Begun</th>
          <th scope="col">Size</th>
          <th scope="col">What to do</th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((experiment) => {
          const { kind, name, study, network, dataset, cells, started, ids, address } = experiment;
          const bytes = ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
          return (
            <tr key={`${kind}/${name}`}>
              <th scope="row">
                {name}
                {study === null ? '' : ` (study: ${study})`}
              </th>
              <td data-label="Network">{network}</td>
              <td data-label="Data">{dataset.name}</td>
              <td data-label="Trainings">
                {cells.finished} of {cells.all}
              </td>
              <td data-label="Begun">
                {new Date(started).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
              </td>
              <td data-label="Size">{sizeText(bytes)}</td>
              <td>
                <div class="actions">
                  {address === null ? null : (
                    <a href={`${hrefOf('play')}?${address}`} aria-label={`Open ${name} in Play`}>
                      Play
                    </a>
                  )}
                  <a href={`${hrefOf('look', kind, name)}?in=browser`} aria-label={`Look at ${name}`}>
                    Look
                  </a>
                  <button
                    type="button"
                    disabled={disabled}
                    aria-label={`Export ${name}`}
                    onClick={() => onExport([experiment], name)}
                  >
                    Export
                  </button>
                  <button
                    type="button"
                    disabled={disabled}
                    aria-label={`Remove ${name}`}
                    onClick={() => onRemove(experiment)}
                  >
                    Remove
                  </button>
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
