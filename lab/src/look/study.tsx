import type { StudyView } from 'lottery-lab/laboratory';
import { completeness, studyNamed } from 'lottery-lab/studies';
import { lookHref } from './address.js';
import { Figures } from './figures.js';
import { useGrowth, useLoaded } from './loaded.js';
import type { PageProps } from './look.js';
import { AtWork, Command, Facts, Judged, provenanceFacts, Table, Waiting } from './parts.js';
import type { Chosen } from './query.js';
import { Tasks } from './tasks.js';
import type { ShownStore } from './views.js';
import { countText } from './words.js';

/** A study: its question, what was found, and what that rests on. */
export function StudyPage({ store, chosen, name }: PageProps & { readonly name: string }) {
  const { version, records } = useGrowth(store, 'study', [name]);
  const { value: view, error } = useLoaded(() => store.study(name), [store, name], version);
  return (
    <article>
      <p class="trail">
        <a href={lookHref(chosen, [])}>Runs and studies</a> / study
      </p>
      <h2 class="record-name">{name}</h2>
      <AtWork records={records} />
      {view === null ? (
        <Waiting error={error} what="the study" />
      ) : (
        <Study store={store} view={view} name={name} chosen={chosen} version={version} />
      )}
    </article>
  );
}

interface StudyProps {
  readonly store: ShownStore;
  readonly view: StudyView;
  readonly name: string;
  readonly chosen: Chosen;
  readonly version: number;
}

function Study({ store, view, name, chosen, version }: StudyProps) {
  const { outcome, report } = view;
  const { lead, findings, notes, tables, sources } = report;
  const { network, dataset, measurements } = outcome;
  const link = store.reportOf?.('study', name) ?? null;
  const load = async () => {
    const study = studyNamed(outcome.study);
    if (study === undefined || study === null) return [];
    return (await study.figures())(outcome as never, document);
  };
  return (
    <>
      <p class="soft">{view.title}</p>
      <p class="lead">
        {lead} {network.name} on {dataset.name}.
      </p>
      <h2>Findings</h2>
      {findings.length === 0 ? (
        <p class="soft">None yet.</p>
      ) : (
        <Judged summary={countText(findings.length, 'finding')} sentences={findings} />
      )}
      <p class="soft small">
        {[completeness(outcome), ...notes].join(' ')}
        {link === null ? null : (
          <>
            {' '}
            <a href={link}>The self-contained report</a>
          </>
        )}
      </p>
      <h2>Figures</h2>
      <Figures load={load} of={view} />
      {tables.map(({ id, title, note, head, rows }) => (
        <section key={id}>
          <h2>{title}</h2>
          <p class="soft small">{note}</p>
          <Table caption={title} head={head} rows={rows} words={1} />
        </section>
      ))}
      <h2>Trainings</h2>
      <Tasks store={store} kind="study" name={name} version={version} chosen={chosen} />
      <h2>Where they come from</h2>
      <Facts facts={sources} />
      <h2>How to repeat it</h2>
      <Command text={outcome.command} />
      <Facts
        facts={[
          ['network', `${network.name}, ${network.weights.toLocaleString('en')} weights`],
          [
            'data',
            <>
              {dataset.name}, SHA-256 <code>{dataset.digest}</code>
            </>,
          ],
          ['trials', String(outcome.trials)],
          ...provenanceFacts(outcome.digest, outcome.provenance),
          ...(measurements.digest === null
            ? []
            : [['digest of measurements', <code key="digest">{measurements.digest}</code>] as const]),
        ]}
      />
      <details>
        <summary>Specification</summary>
        <pre>{JSON.stringify(outcome.specification, null, 2)}</pre>
      </details>
    </>
  );
}
