import type { TaskLine } from 'lottery-lab/laboratory';
import { useMemo, useState } from 'preact/hooks';
import { lookHref } from './address.js';
import { useLoaded } from './loaded.js';
import { Find, Waiting } from './parts.js';
import type { Chosen } from './query.js';
import type { ShownStore } from './views.js';
import { cell, columnHead, rowAt, VirtualRows } from './virtual.js';
import { countText, labelText } from './words.js';

interface TasksProps {
  readonly store: ShownStore;
  readonly kind: 'run' | 'study';
  readonly name: string;
  readonly version: number;
  readonly chosen: Chosen;
}

/** Everything that a record consists of, to be searched: its trainings lead to their pages. */
export function Tasks(props: TasksProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget: { open } }) => setOpen(open)}>
      <summary>Every training{props.kind === 'study' ? ' and measurement' : ''}</summary>
      {isOpen ? <TaskList {...props} /> : null}
    </details>
  );
}

function TaskList({ store, kind, name, version, chosen }: TasksProps) {
  const { value: tasks, error } = useLoaded(
    async () => (await store.tasks({ kind, name })).map((task) => ({ ...task, label: labelText(task.label) })),
    [store, kind, name],
    version,
  );
  const [text, setText] = useState('');
  const [state, setState] = useState<'all' | 'finished' | 'missing'>('all');
  const shown = useMemo(() => filteredTasks(tasks ?? [], text, state), [tasks, text, state]);
  if (tasks === null) return <Waiting error={error} what="what it consists of" />;
  return (
    <>
      <div class="list-choices">
        <Find value={text} example="ticket trial 1" onFind={setText} />
        <label>
          <span>show</span>
          <select value={state} onChange={(event) => setState(event.currentTarget.value as typeof state)}>
            <option value="all">all</option>
            <option value="finished">finished</option>
            <option value="missing">not finished</option>
          </select>
        </label>
        <span role="status" class="soft">
          {shown.length === tasks.length
            ? countText(tasks.length, 'task')
            : `${shown.length.toLocaleString('en')} of ${countText(tasks.length, 'task')}`}
        </span>
      </div>
      <VirtualRows
        label={`Tasks of ${name}`}
        count={shown.length}
        height={34}
        narrowHeight={58}
        head={
          <div class="virtual-row virtual-head tasks-row" {...rowAt(1)}>
            {['task', 'kind', 'state'].map((title) => (
              <span {...columnHead} key={title}>
                {title}
              </span>
            ))}
          </div>
        }
        row={(place) => (
          <TaskRow key={shown[place].id} place={place} task={shown[place]} kind={kind} name={name} chosen={chosen} />
        )}
      />
    </>
  );
}

interface TaskRowProps extends Pick<TasksProps, 'kind' | 'name' | 'chosen'> {
  readonly task: TaskLine;
  readonly place: number;
}

function TaskRow({ task, place, kind, name, chosen }: TaskRowProps) {
  const leads = task.isFinished && task.kind === 'cell';
  return (
    <div class="virtual-row tasks-row" {...rowAt(place + 2)}>
      <span {...cell}>
        {leads ? <a href={lookHref(chosen, ['cell', task.id], { [kind]: name })}>{task.label}</a> : task.label}
      </span>
      <span {...cell}>{task.kind === 'cell' ? 'training' : 'measurement'}</span>
      <span {...cell}>{task.isFinished ? 'finished' : 'not finished'}</span>
    </div>
  );
}

/** Tasks that have every word of a text in their label or name. */
export function filteredTasks(
  tasks: readonly TaskLine[],
  text: string,
  state: 'all' | 'finished' | 'missing',
): readonly TaskLine[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return tasks.filter(
    ({ label, id, isFinished }) =>
      (state === 'all' || isFinished === (state === 'finished')) &&
      words.every((word) => label.toLowerCase().includes(word) || id.startsWith(word)),
  );
}
