import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { Announcements } from './parts/announce.js';
import { messageOf } from './parts/message.js';
import { FIRST, hrefOf, type Place, place } from './place.js';
import { Play } from './play/play.js';

interface Room {
  readonly title: string;
  /** Loaded when it is first visited. */
  readonly load: () => Promise<ComponentType<Place>>;
}

/** The rooms of the lab, by the first part of the address. */
const rooms: ReadonlyMap<string, Room> = new Map([
  ['tour', { title: 'Tour', load: async () => (await import('./tour/tour.js')).Tour }],
  ['play', { title: 'Play', load: async () => Play }],
  ['look', { title: 'Look', load: async () => (await import('./look/look.js')).Look }],
  ['kept', { title: 'Kept', load: async () => (await import('./keep/room.js')).default }],
]);

export function App() {
  const { path, query } = place.value;
  const name = path[0] ?? FIRST;
  return (
    <>
      <button type="button" class="skip" onClick={toMain}>
        To the content
      </button>
      <header>
        <h1>
          <a href={hrefOf(FIRST)}>Lottery Lab</a>
        </h1>
        <nav aria-label="Rooms">
          {[...rooms].map(([room, { title }]) => (
            <a key={room} href={hrefOf(room)} aria-current={room === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <Visited key={name} name={name} path={path.slice(1)} query={query} />
      </main>
      <Announcements />
    </>
  );
}

/** Not a link: what stands after the hash of the address is where one is. */
function toMain(): void {
  document.getElementById('main')?.focus();
}

function Visited({ name, path, query }: Place & { readonly name: string }) {
  const content = useSignal<ComponentType<Place> | null>(null);
  const trouble = useSignal<string | null>(null);
  useSignalEffect(() => {
    const room = rooms.get(name);
    if (room === undefined) {
      document.title = 'No such page · Lottery Lab';
      trouble.value = `There is no page called ${name} here. The pages are ${[...rooms.values()]
        .map((known) => known.title)
        .join(', ')}; the line above leads to them.`;
      return;
    }
    document.title = `${room.title} · Lottery Lab`;
    room.load().then(
      (loaded) => {
        content.value = loaded;
      },
      (error: unknown) => {
        trouble.value = `This page could not be loaded: ${messageOf(error)}`;
      },
    );
  });
  const Content = content.value;
  if (trouble.value !== null) return <Sentence>{trouble.value}</Sentence>;
  return Content === null ? <Sentence>Loading.</Sentence> : <Content path={path} query={query} />;
}

function Sentence({ children }: { readonly children: ComponentChildren }) {
  return <p class="soft">{children}</p>;
}
