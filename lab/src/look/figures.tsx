import type { Figure } from 'lottery-lab/figures';
import { useState } from 'preact/hooks';
import { askWorker } from '../parts/ask-worker.js';
import type { FiguresReply, FiguresRequest } from './figures-messages.js';
import { useLoaded } from './loaded.js';
import { Waiting } from './parts.js';

async function draw(request: FiguresRequest): Promise<readonly Figure[]> {
  const worker = new Worker(new URL('./figures-worker.ts', import.meta.url), { type: 'module' });
  return (await askWorker<FiguresReply>(worker, request, { what: 'Drawing the figures' })).figures;
}

interface FiguresProps {
  /** What they are drawn from; drawn again when it is another. */
  readonly of: FiguresRequest;
}

/** Figures as reports have them, each with its numbers to take away. They are drawn for paper, and lie on white in dark pages too. */
export function Figures({ of }: FiguresProps) {
  const { value, error } = useLoaded(() => draw(of), [], of.kind === 'run' ? of.results : of.outcome);
  if (value === null) return <Waiting error={error} what="the figures" />;
  if (value.length === 0) return <p class="soft">Nothing that is finished can be drawn yet.</p>;
  return (
    <div class="report-figures">
      {value.map(({ id, title, caption, svg, interactive, csv }) => (
        <figure key={id} class="report-figure">
          <div role="img" aria-label={`${title}. ${caption}`}>
            {/* What Plot labels its parts by are no names for those who hear the page. */}
            <div aria-hidden="true" dangerouslySetInnerHTML={{ __html: svg }} />
          </div>
          <figcaption>
            <b>{title}.</b> {caption}{' '}
            {interactive === undefined
              ? ''
              : 'In the self-contained report it has a slider; here all of it is shown at once. '}
            <a
              download={`${id}.csv`}
              href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`}
              aria-label={`Numbers of: ${title} (CSV)`}
            >
              Numbers (CSV)
            </a>
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** The same, drawn when they are asked for. */
export function FiguresOnDemand(props: FiguresProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget: { open } }) => setOpen(open)}>
      <summary>The figures of the report</summary>
      {isOpen ? <Figures {...props} /> : null}
    </details>
  );
}
