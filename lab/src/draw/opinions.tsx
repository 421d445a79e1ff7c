import { conditionOf, formatShare } from 'lottery-lab/analysis';
import { conditionColour } from '../parts/colours.js';
import { likeliest } from './likeliest.js';
import { type Opinion, rowsOf } from './opinion.js';

interface OpinionsProps {
  readonly opinions: readonly Opinion[];
  readonly classNames: readonly string[];
  readonly isEmpty: boolean;
}

/** Probabilities of the classes, network beside network: bars, which are a table too. */
export function Opinions({ opinions, classNames, isEmpty }: OpinionsProps) {
  const rows = rowsOf(opinions, classNames.length);
  return (
    <div class="opinions">
      <table>
        <caption>
          {isEmpty ? 'Probabilities; the paper is empty' : 'Probabilities that the networks give'}
          {rows.length < classNames.length ? `, the ${rows.length} likeliest of ${classNames.length} classes` : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">class</th>
            {opinions.map(({ condition }) => (
              <th key={condition} scope="col">
                <span class="swatch" style={{ background: conditionColour(condition) }} />
                {conditionOf(condition).title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((place) => (
            <tr key={place}>
              <th scope="row">{classNames[place]}</th>
              {opinions.map(({ condition, probabilities }) => (
                <td key={condition} class={!isEmpty && likeliest(probabilities) === place ? 'best' : undefined}>
                  <Bar colour={conditionColour(condition)} share={isEmpty ? null : probabilities[place]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Bar({ colour, share }: { readonly colour: string; readonly share: number | null }) {
  const width = share === null || Number.isNaN(share) ? 0 : share;
  return (
    <span class="bar">
      <span style={{ width: `${100 * width}%`, background: colour }} />
      <small>{share === null ? '' : Number.isNaN(share) ? 'diverged' : formatShare(share, 0)}</small>
    </span>
  );
}
