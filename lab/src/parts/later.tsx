import { useSignal } from '@preact/signals';
import { type ComponentType, createElement } from 'preact';
import { useEffect } from 'preact/hooks';
import { messageOf } from './message.js';

/** A part that is loaded when it is first shown, so that a page begins without it. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Later(props: Props) {
    const part = useSignal(loaded);
    const trouble = useSignal<string | null>(null);
    useEffect(() => {
      if (part.peek() !== null) return;
      load().then(
        (found) => {
          loaded = found;
          part.value = found;
        },
        (error: unknown) => {
          trouble.value = `A part of this page could not be loaded: ${messageOf(error)}`;
        },
      );
    }, []);
    if (trouble.value !== null) return <p class="error">{trouble.value}</p>;
    return part.value === null ? null : createElement(part.value, props);
  };
}
