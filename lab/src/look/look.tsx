import { capitalise } from 'lottery-lab/analysis';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../parts/announce.js';
import { hrefOf, type Place } from '../place.js';
import { CellPage } from './cell.js';
import { Compare } from './compare.js';
import { Choice } from './controls.js';
import { RecordList } from './list.js';
import { useLoaded } from './loaded.js';
import { Waiting } from './parts.js';
import { type Chosen, chosenIn } from './query.js';
import { RunPage } from './run.js';
import { StudyPage } from './study.js';
import { type ShownStore, sources } from './views.js';
import './look.css';

/** What every page of this room is given. */
export interface PageProps {
  readonly store: ShownStore;
  readonly chosen: Chosen;
  /** Of the page, without the room. */
  readonly path: readonly string[];
}

/** Look through a store: its runs and studies, one of them, several over one another, down to single trainings. */
export function Look({ path, query }: Place) {
  const chosen = chosenIn(query);
  const names = [...sources.keys()];
  const name = chosen.get('in') ?? names[0];
  const source = sources.get(name);
  const { value: store, error } = useLoaded(
    () =>
      source === undefined
        ? Promise.reject(new Error(`There is no store called ${name} here; expected ${names.join(' or ')}.`))
        : source.open(),
    [name],
  );
  return (
    <div class="look">
      {names.length > 1 ? (
        <Choice
          label="store"
          value={name}
          options={[...sources].map(([one, { title }]) => [one, title] as const)}
          onChange={(value) => {
            location.hash = `${hrefOf('look')}?in=${value}`;
          }}
        />
      ) : null}
      {store === null ? <Waiting error={error} what="the store" /> : <Page store={store} chosen={chosen} path={path} />}
    </div>
  );
}

/** What a page is called, in a browser's tab and for those who hear that it has changed. */
function pageTitle([kind, name]: readonly string[]): string {
  if (kind === 'compare') return 'Compare runs';
  if (kind === undefined) return 'Look';
  return `${kind === 'cell' ? 'Training' : capitalise(kind)} ${(name ?? '').slice(0, 40)}`;
}

function Page(props: PageProps) {
  const [kind, name] = props.path;
  const title = pageTitle(props.path);
  useEffect(() => {
    document.title = `${title} · Lottery Lab`;
  }, [title]);
  const first = useRef(true);
  useEffect(() => {
    // Where one comes in, the page says itself where one is.
    if (!first.current) {
      scrollTo(0, 0);
      announce(title);
    }
    first.current = false;
  }, [title]);
  if (kind === undefined) return <RecordList {...props} />;
  if (kind === 'compare') return <Compare {...props} />;
  if (kind === 'run' && name !== undefined) return <RunPage key={name} {...props} name={name} />;
  if (kind === 'study' && name !== undefined) return <StudyPage key={name} {...props} name={name} />;
  if (kind === 'cell' && name !== undefined) return <CellPage key={name} {...props} id={name} />;
  return (
    <p class="error" role="alert">
      There is no page {props.path.join('/')} here. <a href={hrefOf('look')}>The list of runs and studies</a>
    </p>
  );
}
