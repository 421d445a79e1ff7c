import { formatDensity } from 'lottery-lab/analysis';
import type { CellSpecification, CellSummary } from 'lottery-lab/experiments';
import type { CellView } from 'lottery-lab/laboratory';
import { useMemo } from 'preact/hooks';
import { Pixels } from '../parts/pixels.js';
import { choose, lookHref } from './address.js';
import { CellCurves } from './cell-curves.js';
import { maskOfCell, startText } from './cell-words.js';
import { useLoaded } from './loaded.js';
import type { PageProps } from './look.js';
import { Facts, Table, Waiting } from './parts.js';
import { type Chosen, rangeIn } from './query.js';
import { timeText } from './rows.js';
import { labelText, numberText } from './words.js';

/** A cell: one finished training, and what it is made from. */
export function CellPage({ store, chosen, path, id }: PageProps & { readonly id: string }) {
  const { value: cell, error } = useLoaded(() => store.cell(id), [store, id]);
  const kind = chosen.has('run') ? 'run' : 'study';
  const record = chosen.get(kind);
  const { value: tasks } = useLoaded(
    async () => (record === undefined ? [] : store.tasks({ kind, name: record })),
    [store, record],
  );
  const label = tasks?.find((task) => task.id === id)?.label;
  return (
    <article>
      <p class="trail">
        <a href={lookHref(chosen, [])}>Runs and studies</a> /{' '}
        {record === undefined ? null : (
          <>
            <a href={lookHref(chosen, [kind, record])}>{record}</a> /{' '}
          </>
        )}
        training
      </p>
      <h2 class="record-name">{label === undefined ? `training ${id.slice(0, 12)}` : labelText(label)}</h2>
      {cell === null ? (
        <Waiting error={error} what="the training" />
      ) : (
        <Cell
          cell={cell}
          chosen={chosen}
          path={path}
          link={(other) => lookHref(chosen, ['cell', other], record === undefined ? {} : { [kind]: record })}
        />
      )}
    </article>
  );
}

interface CellProps {
  readonly cell: CellView;
  readonly chosen: Chosen;
  readonly path: readonly string[];
  readonly link: (id: string) => string;
}

function Cell({ cell: { summary, history, ancestors }, chosen, path, link }: CellProps) {
  const { specification, provenance, digests, earlyStop, end, layers } = summary;
  const range = rangeIn(chosen);
  const percent = (share: number) => (Number.isFinite(share) ? `${(100 * share).toFixed(2)}%` : 'no number');
  return (
    <>
      {summary.status === 'diverged' ? (
        <p class="error">It diverged: its loss was no number any more, and training ended there.</p>
      ) : null}
      <CellCurves
        history={history}
        earlyStop={earlyStop.iteration}
        range={range}
        onRange={(next) =>
          choose(path, chosen, {
            from: next === null ? null : String(Math.round(next[0])),
            to: next === null ? null : String(Math.round(next[1])),
          })
        }
      />
      <h2>Results</h2>
      <Table
        caption="Results"
        head={['weights', 'iteration', 'validation loss', 'validation accuracy', 'test loss', 'test accuracy']}
        rows={(
          [
            ['of the lowest validation loss', earlyStop],
            ['at the end', end],
          ] as const
        ).map(([name, measured]) => [
          name,
          measured.iteration.toLocaleString('en'),
          numberText(measured.validationLoss),
          percent(measured.validationAccuracy),
          numberText(measured.testLoss),
          percent(measured.testAccuracy),
        ])}
        words={1}
      />
      <h2>Layers</h2>
      <Table
        caption="Layers"
        head={['layer', 'weights kept', 'of', 'density (%)']}
        rows={layers.map(({ layer, kept, total }) => [
          layer,
          kept.toLocaleString('en'),
          total.toLocaleString('en'),
          <span class="density" key="density">
            {formatDensity(kept / total)}
            <meter min={0} max={1} value={kept / total} aria-hidden="true" />
          </span>,
        ])}
        words={1}
      />
      <InputMask summary={summary} />
      <h2>What it is made from</h2>
      <Facts
        facts={[
          ['mask', maskOfCell(specification)],
          ['first values', startText(specification.start)],
        ]}
      />
      <Chain summary={summary} ancestors={ancestors} link={link} />
      <h2>Where and when it was trained</h2>
      <Facts
        facts={[
          ['name', <code key="name">{summary.id}</code>],
          ['digest', <code key="digest">{digests.cell}</code>],
          [
            'by',
            `lottery-lab ${provenance.version}, arithmetic ${specification.arithmetic}, kernels ${provenance.kernels}`,
          ],
          ['on', [provenance.engine, provenance.platform].filter((text) => text !== '').join(', ')],
          ['when', `${timeText(provenance.started)}, ${Number(provenance.seconds.toPrecision(3))} s`],
          [
            'work',
            `${Number((summary.flops / 1e9).toPrecision(3)).toLocaleString('en')} billion floating-point operations`,
          ],
          ...(provenance.peakMemoryBytes > 0
            ? [
                [
                  'memory',
                  `at most ${Math.round(provenance.peakMemoryBytes / 2 ** 20).toLocaleString('en')} MiB`,
                ] as const,
              ]
            : []),
        ]}
      />
      <details>
        <summary>Specification</summary>
        <pre>{JSON.stringify(specification, null, 2)}</pre>
      </details>
    </>
  );
}

/** Cells that it is made from, the first one first, and itself at the end. */
function Chain({
  summary,
  ancestors,
  link,
}: {
  readonly summary: CellSummary;
  readonly ancestors: readonly CellSummary[];
  readonly link: (id: string) => string;
}) {
  if (ancestors.length === 0) return <p class="soft">It is made from no other training.</p>;
  return (
    <ol class="chain" aria-label="Trainings that it is made from, the first one first">
      {ancestors.map(({ id, density, specification, end }) => (
        <li key={id}>
          <a href={link(id)}>{shortName(specification, density)}</a>
          <span class="soft">
            {' '}
            {id.slice(0, 12)}, test accuracy at the end {(100 * end.testAccuracy).toFixed(2)}%
          </span>
        </li>
      ))}
      <li aria-current="true">
        <b>{shortName(summary.specification, summary.density)}</b>
        <span class="soft"> this training</span>
      </li>
    </ol>
  );
}

const shortName = ({ mask }: CellSpecification, density: number): string =>
  mask === null && density === 1 ? 'dense network' : `${formatDensity(density)}% of weights`;

/** Which pixels of the image the first layer still reads. */
function InputMask({ summary: { inputDegree, specification } }: { readonly summary: CellSummary }) {
  const { channels, height, width } = specification.network.input;
  const values = useMemo(() => {
    const most = Math.max(...inputDegree, 1);
    return inputDegree.map((degree) => degree / most);
  }, [inputDegree]);
  if (width < 8 || inputDegree.length !== channels * height * width) return null;
  const size = height * width;
  const unread = inputDegree.filter((degree) => degree === 0).length;
  return (
    <>
      <h2>Which pixels it reads</h2>
      <p class="soft small">
        The darker a pixel, the more weights of the first layer that read it survive: at most {Math.max(...inputDegree)}
        . {unread === 0 ? 'Every input is read.' : `${unread} of ${inputDegree.length} inputs are not read.`}
      </p>
      <div class="masks">
        {Array.from({ length: channels }, (_, channel) => (
          <Pixels
            key={channel}
            title={channels === 1 ? 'all inputs' : `channel ${channel + 1}`}
            values={values.slice(channel * size, (channel + 1) * size)}
            width={width}
            height={height}
          />
        ))}
      </div>
    </>
  );
}
