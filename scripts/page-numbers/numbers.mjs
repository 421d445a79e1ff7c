// Numbers in a text, and when a number of a page is one of a CSV file.

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Numbers that are part of a name and say nothing that was measured, each rule with its reason. */
const names = [
  // What is computed from bytes: names of cells, digests of runs and data.
  /(?<![\p{L}\d])[0-9a-f]{16,}(?![\p{L}\d])/gu,
  // Papers by their number: arXiv 1803.03635 v5.
  /\barXiv[:\s]+\d{4}\.\d{4,5}(?:\s*v\d+)?/giu,
  // Places in a paper: Figure 4, Figures 3 and 4, section 2.1, equation (3).
  /\b(?:figures?|fig\.|tables?|sections?|appendix|equations?|eq\.|algorithms?)\s+\(?\d+(?:\.\d+)*\)?(?:(?:,|\s+and|\s+to)\s+\(?\d+(?:\.\d+)*\)?)*/giu,
  // Years of citations: et al. 2021, Zhu and Gupta (2018), (Evci 2020).
  /(?<=\bet al\.,?\s+\(?)(?:19|20)\d{2}[a-z]?\b/gu,
  /(?<=\p{Lu}[\p{L}’'-]+\s+and\s+\p{Lu}[\p{L}’'-]+,?\s+\(?)(?:19|20)\d{2}[a-z]?\b/gu,
  /(?<=\(\p{Lu}[\p{L}’'-]+,?\s+)(?:19|20)\d{2}[a-z]?\b/gu,
  // Networks, data sets and digests by their names: LeNet-300-100, Conv-2, ResNet-20, CIFAR-10, SHA-256.
  /(?<=\p{L})(?:-\d+(?:\.\d+)*)+/gu,
  // Questions, layers, versions and units: Q1 to Q9, fc1, v5, log2.
  /(?<=\p{L})\d+/gu,
  // The task of twelve bits is called so.
  /\b\d+-bit\b/gu,
  // Versions of programs: Node 20.20.
  /\bNode\s+\d+(?:\.\d+)*/gu,
];

/** The same text with spaces for what matches; lines and places stay. */
export const blank = (text, pattern) => text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '));

export const withoutNames = (text) => names.reduce(blank, text);

// A sign belongs to a number unless a word, a number or a bracket ends right before it, as in 20-30. Every digit is in some number.
const number =
  /(?<sign>(?<![\p{L}\d%)\].,])[+−-](?=\.?\d))?(?:(?:(?<mantissa>\d+(?:\.\d+)?)\s*×\s*)?10(?<power>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?<plain>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+))/gu;

const exponentOf = (power) =>
  (power.startsWith('⁻') ? -1 : 1) *
  Number(
    [...power]
      .map((digit) => superscripts.indexOf(digit))
      .filter((digit) => digit >= 0)
      .join(''),
  );

/**
 * Every number of a text: as it is written, where, what it is, by how much another may differ that is rounded to it, and whether it is
 * written with its sign.
 */
export function numbersIn(text) {
  return [...text.matchAll(number)].map((found) => {
    const { sign, mantissa, power, plain } = found.groups;
    const digits = (plain ?? mantissa ?? '1').replaceAll(',', '');
    const scale = power === undefined ? 1 : 10 ** exponentOf(power);
    const decimals = digits.split('.')[1]?.length ?? 0;
    return {
      text: found[0],
      start: found.index,
      end: found.index + found[0].length,
      value: (sign === '−' || sign === '-' ? -1 : 1) * Number(digits) * scale,
      half: 0.5 * 10 ** -decimals * scale,
      isSigned: sign !== undefined,
    };
  });
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A field of a CSV file, with what its numbers may be on a page: one number with all its digits may be given as per cent where it can be a
 * share, or an end of a share's interval; the numbers of a text are as people read them.
 */
export function fieldOf(text) {
  const trimmed = text.trim();
  if (plainNumber.test(trimmed)) {
    const value = Number(trimmed);
    return { text, forms: Math.abs(value) < 2 ? [value, 100 * value] : [value], isOne: true };
  }
  const forms = /\d/.test(trimmed) ? numbersIn(withoutNames(trimmed)).map(({ value }) => value) : [];
  return { text, forms, isOne: forms.length === 1 };
}

/** The least and the greatest that round to a number of a page. */
export const rangeOf = ({ value, half }) => {
  const reach = half * (1 + 1e-9) + 1e-12 * Math.abs(value);
  return [value - reach, value + reach];
};

/** Whether a number of a CSV file rounds to one of a page; one that is written without its sign is held against the absolute value. */
export function isNumber(shown, form) {
  const [least, greatest] = rangeOf(shown);
  const one = shown.isSigned ? form : Math.abs(form);
  return one >= least && one <= greatest;
}
