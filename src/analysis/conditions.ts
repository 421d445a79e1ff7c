/**
 * The conditions of an experiment: what kind of network a cell trained. This is the one place that says how each is named in
 * titles and in sentences, how it is drawn and in which order it comes. Cells, results and files hold only the key.
 */

/** How one condition is named and drawn. */
export interface ConditionDescription {
  /** As in results: `dense`, `ticket`, `reinitialise`, ... */
  readonly key: string;
  /** In legends and tables: "random re-initialisation". */
  readonly title: string;
  /** In a sentence about a ticket: "its random re-initialisation". */
  readonly inSentence: string;
  /** Of Okabe and Ito's palette where it reaches, so that every eye can distinguish them. */
  readonly colour: string;
  /** Marker, which distinguishes conditions in grey too; a name of a symbol of Plot. */
  readonly symbol: string;
}

/** In the order in which tables and legends have them: no controls first, then controls in the order of the settings. */
const conditions = {
  dense: { title: 'dense network', inSentence: 'the dense network', colour: '#000000', symbol: 'diamond' },
  ticket: { title: 'ticket', inSentence: 'the ticket', colour: '#0072b2', symbol: 'circle' },
  search: { title: 'search for the mask', inSentence: 'the search for its mask', colour: '#44aa99', symbol: 'star' },
  reinitialise: {
    title: 'random re-initialisation',
    inSentence: 'its random re-initialisation',
    colour: '#d55e00',
    symbol: 'square',
  },
  'random-mask': {
    title: 'random mask',
    inSentence: 'a random mask of the same density',
    colour: '#009e73',
    symbol: 'triangle',
  },
  shuffled: {
    title: 'shuffled within layers',
    inSentence: 'its mask shuffled within layers',
    colour: '#e69f00',
    symbol: 'triangle',
  },
  'shuffled-mask': {
    title: 'mask with shuffled units',
    inSentence: 'its mask with shuffled units',
    colour: '#e69f00',
    symbol: 'triangle',
  },
  'inverted-mask': {
    title: 'mask of what was pruned',
    inSentence: 'a mask of what it pruned',
    colour: '#56b4e9',
    symbol: 'cross',
  },
  'uniform-mask': {
    title: 'random, uniform',
    inSentence: 'a random mask spread uniformly',
    colour: '#8c510a',
    symbol: 'wye',
  },
  'erdos-renyi-mask': {
    title: 'random, Erdős–Rényi',
    inSentence: 'a random mask spread by Erdős–Rényi',
    colour: '#762a83',
    symbol: 'diamond',
  },
  'erdos-renyi-kernel-mask': {
    title: 'random, Erdős–Rényi-kernel',
    inSentence: 'a random mask spread by Erdős–Rényi-kernel',
    colour: '#5aae61',
    symbol: 'star',
  },
  'small-dense': {
    title: 'small dense network',
    inSentence: 'a small dense network of as many weights',
    colour: '#666666',
    symbol: 'square',
  },
  'signed-constant': {
    title: 'signed constants',
    inSentence: 'its mask from signed constants',
    colour: '#882255',
    symbol: 'star',
  },
  'sign-flipped': {
    title: 'signs flipped',
    inSentence: 'its mask with every sign flipped',
    colour: '#999933',
    symbol: 'diamond',
  },
  reshuffle: {
    title: 'reshuffled values',
    inSentence: 'its mask with its values reshuffled within layers',
    colour: '#332288',
    symbol: 'triangle',
  },
} as const satisfies Record<string, Omit<ConditionDescription, 'key'>>;

/** A condition that is listed here; the others are starts that are seen less, such as `noise-0.5`. */
export type ListedCondition = keyof typeof conditions;

const order = Object.keys(conditions);

const isListed = (key: string): key is ListedCondition => Object.hasOwn(conditions, key);

/** Colours for conditions without one of their own, such as starts with a number. */
const otherColours = ['#cc79a7', '#44aa99', '#aa4499', '#b8860b'];

/** A condition by its key; of a start, which is not listed, a name from its key and always the same colour. */
export function conditionOf(key: string): ConditionDescription {
  if (isListed(key)) return { key, ...conditions[key] };
  let sum = 0;
  for (let i = 0; i < key.length; i++) sum = (sum * 31 + key.charCodeAt(i)) % 65521;
  return {
    key,
    title: key.replaceAll('-', ' '),
    inSentence: `its ${key} control`,
    colour: otherColours[sum % otherColours.length],
    symbol: 'star',
  };
}

/**
 * What a condition is called in a sentence.
 *
 * @param whose mask or values it has: "its", "their", "the ticket’s"
 */
export function conditionName(key: string, whose = 'its'): string {
  return conditionOf(key).inSentence.replace(/^its\b/, whose);
}

/** Whether a ticket is compared with it: not itself, nor the dense network, nor what its mask was only searched in. */
export function isControl(key: string): boolean {
  return !['dense', 'ticket', 'search'].includes(key);
}

/** Order of conditions: first those that are listed, then the others by key. */
export function byCondition(a: string, b: string): number {
  const place = (key: string) => (isListed(key) ? order.indexOf(key) : order.length);
  return place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0);
}
