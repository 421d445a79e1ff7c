import type * as z from 'zod';
import { layerKinds } from './network-schema.js';
import { shown } from './shown.js';
import { didYouMean } from './suggest.js';

type Issue = z.core.$ZodIssue;

const kinds = [...layerKinds.keys()];
const kindList = `kinds are ${kinds.join(', ')}`;

/** How a kind that needs more than its word is written. */
const examples: Readonly<Record<string, string>> = {
  convolution: '{convolution: 64}',
  linear: '{linear: 10}',
  'max-pool': '{max-pool: 2}',
  'average-pool': '{average-pool: 2}',
  dropout: '{dropout: 0.5}',
  addition: '{addition: [trunk, branch]}',
};

const softmax = 'the loss takes the softmax of what the last layer gives, so the network ends without one';

/** Kinds that other tools have, and what there is for them here. */
const explained: Readonly<Record<string, string>> = {
  softmax,
  logsoftmax: softmax,
  dense: 'a fully connected layer is {linear: 300}',
  fc: 'a fully connected layer is {linear: 300}',
  fullyconnected: 'a fully connected layer is {linear: 300}',
};

const article = (kind: string) => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} layer`;

function noKind(at: string, word: string): string {
  const instead = explained[word.toLowerCase().replace(/[-_ ]/g, '')];
  if (instead !== undefined) return `${at} is ${word}, which is no kind of layer: ${instead}; ${kindList}.`;
  const hint = didYouMean(word, kinds);
  return `${at} is ${word}, which is no kind of layer; ${kindList}${hint === '' ? '.' : hint}`;
}

/**
 * What is wrong with one entry of `network.layers`: which layer it is, of which kind, and what kinds or settings there are.
 *
 * @param at where it stands: `network.layers.2`
 * @param say of what is wrong with a setting of the layer, in sentences that begin with that setting
 */
export function layerTrouble(at: string, layer: unknown, say: (issue: Issue, layer: unknown) => string[]): string[] {
  if (typeof layer === 'string') {
    return [
      layerKinds.has(layer)
        ? `${at} is ${layer}, which needs more than its word, such as ${examples[layer]}.`
        : noKind(at, layer),
    ];
  }
  if (typeof layer !== 'object' || layer === null || Array.isArray(layer)) {
    return [`${at} is ${shown(layer)}; expected a layer, such as relu or {convolution: 64, kernel: 3}; ${kindList}.`];
  }
  const keys = Object.keys(layer);
  const own = keys.filter((key) => layerKinds.has(key));
  if (own.length === 0) {
    const settings = new Set([...layerKinds.values()].flatMap(({ shape }) => Object.keys(shape).slice(1)));
    const word = keys.find((key) => !settings.has(key));
    return [
      word === undefined ? `${at} is ${shown(layer)}, which names no kind of layer; ${kindList}.` : noKind(at, word),
    ];
  }
  if (own.length > 1) return [`${at} is ${own.join(' and ')} at once; expected one kind a layer.`];
  const [kind] = own;
  const schema = layerKinds.get(kind) as z.ZodObject;
  const called = 'name' in layer && typeof layer.name === 'string' ? `${layer.name}, ` : '';
  const prefix = `${at} (${called}${article(kind)})`;
  const rest = Object.keys(schema.shape).slice(1);
  return (schema.safeParse(layer).error?.issues ?? []).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return say(issue, layer).map((sentence) => `${prefix}: ${sentence}`);
    return issue.keys.map((key) => {
      const one = key === 'groups' ? 'its channels are one group' : `it has ${rest.join(', ')}`;
      const hint = didYouMean(key, rest);
      return `${prefix} has no setting ${key}${hint === '' ? `; ${one}; ${kindList}.` : hint}`;
    });
  });
}

/** The path of the layer that a path of a specification leads to or into; undefined where it leads elsewhere. */
export function layerOf(path: readonly PropertyKey[]): readonly PropertyKey[] | undefined {
  const [group, list, place] = path;
  return group === 'network' && list === 'layers' && typeof place === 'number' ? [group, list, place] : undefined;
}
