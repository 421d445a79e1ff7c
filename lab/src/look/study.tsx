import type { StudyView } from 'lottery-lab/laboratory';
import { completeness } from 'lottery-lab/studies';
import { Figures } from './figures.js';
import type { PageProps } from './look.js';
import { Facts, Judged, Table } from './parts.js';
import type { Chosen } from './query.js';
import { RecordPage, Repeat, ReportLink } from './record-page.js';
import { Tasks } from './tasks.js';
import type { ShownStore } from './views.js';
import { countText } from './words.js';

/** A study: its question, what was found, and what that rests on. */
export function StudyPage({ store, chosen, name }: PageProps & { readonly name: string }) {
  return (
    <RecordPage store={store} chosen={chosen} kind="study" name={name} load={() => store.study(name)}>
      {(view, version) => <Study store={store} view={view} name={name} chosen={chosen} version={version} />}
    </RecordPage>
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
        <ReportLink store={store} kind="study" name={name} />
      </p>
      <h2>Figures</h2>
      <Figures of={{ kind: 'study', outcome }} />
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
      <Repeat
        of={outcome}
        facts={[['trials', String(outcome.trials)]]}
        after={
          measurements.digest === null
            ? []
            : [['digest of measurements', <code key="digest">{measurements.digest}</code>]]
        }
      />
    </>
  );
}
