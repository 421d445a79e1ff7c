import { useSignal } from '@preact/signals';
import { type Choices, commandOf, yamlOf } from './address.js';

/** What makes the same experiment again, to be copied: its link, its command, its file. */
export function Sharing({ choices }: { readonly choices: Choices }) {
  const said = useSignal('');
  const copy = (what: string, text: () => string) => async () => {
    try {
      await navigator.clipboard.writeText(text());
      said.value = `${what} copied.`;
    } catch {
      said.value =
        what === 'Link'
          ? 'This page may not copy here; copy its address from the address bar.'
          : `This page may not copy here; select the ${what.toLowerCase()} below and copy it.`;
    }
  };
  return (
    <div class="sharing">
      <button type="button" onClick={copy('Link', () => location.href)}>
        Copy link
      </button>
      <button type="button" onClick={copy('Command', () => commandOf(choices))}>
        Copy command
      </button>
      <button type="button" onClick={copy('YAML', () => yamlOf(choices))}>
        Copy YAML
      </button>
      <span role="status">{said.value}</span>
      <details>
        <summary>The same experiment as a command and as a file</summary>
        <pre>{commandOf(choices)}</pre>
        <pre>{yamlOf(choices)}</pre>
      </details>
    </div>
  );
}
