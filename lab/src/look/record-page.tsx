import type { RecordName, RunResults } from 'lottery-lab/experiments';
import type { ComponentChildren } from 'preact';
import { lookHref } from './address.js';
import { useGrowth, useLoaded } from './loaded.js';
import { AtWork, Command, Facts, provenanceFacts, Waiting } from './parts.js';
import type { Chosen } from './query.js';
import type { ShownStore } from './views.js';

interface RecordPageProps<Value> extends RecordName {
  readonly store: ShownStore;
  readonly chosen: Chosen;
  /** What the store has of it. */
  readonly load: () => Promise<Value>;
  /** @param version another number whenever the record has grown */
  readonly children: (value: Value, version: number) => ComponentChildren;
}

/** The page of a run or a study: where one is, how far it is while others work on it, and what it holds. */
export function RecordPage<Value>({ store, chosen, kind, name, load, children }: RecordPageProps<Value>) {
  const { version, records } = useGrowth(store, kind, [name]);
  const { value, error } = useLoaded(load, [store, name], version);
  return (
    <article>
      <p class="trail">
        <a href={lookHref(chosen, [])}>Runs and studies</a> / {kind}
      </p>
      <h2 class="record-name">{name}</h2>
      <AtWork records={records} />
      {value === null ? <Waiting error={error} what={`the ${kind}`} /> : children(value, version)}
    </article>
  );
}

/** A link to the report that stands beside a record; nothing where there is none. */
export function ReportLink({ store, kind, name }: RecordName & { readonly store: ShownStore }) {
  const report = store.reportOf?.(kind, name) ?? null;
  return report === null ? null : (
    <>
      {' '}
      <a href={report}>The self-contained report</a>
    </>
  );
}

type Repeated = Pick<RunResults, 'command' | 'network' | 'dataset' | 'specification' | 'provenance' | 'digest'>;

interface RepeatProps {
  readonly of: Repeated;
  /** Facts of its own: those before the provenance, and those after. */
  readonly facts: readonly (readonly [string, ComponentChildren])[];
  readonly after?: readonly (readonly [string, ComponentChildren])[];
}

/** How to get it all again. */
export function Repeat({ of, facts, after = [] }: RepeatProps) {
  const { command, network, dataset, specification, provenance, digest } = of;
  return (
    <>
      <h2>How to repeat it</h2>
      <Command text={command} />
      <Facts
        facts={[
          ['network', `${network.name}, ${network.weights.toLocaleString('en')} weights`],
          [
            'data',
            <>
              {dataset.name}, SHA-256 <code>{dataset.digest}</code>
            </>,
          ],
          ...facts,
          ...provenanceFacts(digest, provenance),
          ...after,
        ]}
      />
      <details>
        <summary>Specification</summary>
        <pre>{JSON.stringify(specification, null, 2)}</pre>
      </details>
    </>
  );
}
