/** A network of a specification in a few words: `lenet-300-100`, `layers of 100, 50`. */
export function networkText(network: unknown): string {
  if (typeof network === 'string') return network;
  const hidden = (network as { hidden?: unknown } | null)?.hidden;
  if (Array.isArray(hidden)) return hidden.length === 0 ? 'no hidden layer' : `layers of ${hidden.join(', ')}`;
  const name = (network as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : 'its own';
}
