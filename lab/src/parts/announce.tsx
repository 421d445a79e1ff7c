import { signal } from '@preact/signals';

const said = signal('');

/** Says something to those who hear the page; others see it for themselves. */
export function announce(text: string): void {
  said.value = text;
}

/** Where it is said. It is there from the start: screen readers hear only what changes in a place that they know. */
export function Announcements() {
  return (
    <p class="heard" role="status" aria-live="polite">
      {said.value}
    </p>
  );
}
