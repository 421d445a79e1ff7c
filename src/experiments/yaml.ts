import { LineCounter, parseDocument, visit } from 'yaml';
import { InputError } from '../networks/errors.js';

/** What is wrong with a YAML text, in words of a person who wrote it and not of the parser's. */
function syntaxTrouble({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === 'MULTIPLE_DOCS') {
    return 'it holds several documents, with a line --- between them; expected one, the settings of one run.';
  }
  if (code === 'TAG_RESOLVE_FAILED') {
    return `it has a tag that is not known (${message.split('\n')[0].replace(/:$/, '')}); a text that begins with ! needs quotes.`;
  }
  return `it is not YAML: ${message.split('\n')[0]}`;
}

/** Groups within groups that a text may have; a specification has five. */
const DEEPEST = 100;

/**
 * Whether a text is nested deeper than anyone writes. The parser calls itself for each level, and where that ends the stack
 * the whole process may end. Brackets within quotes are counted too: no setting has a hundred of them open.
 */
function isTooDeep(text: string): boolean {
  let open = 0;
  for (const letter of text) {
    if (letter === '[' || letter === '{') open++;
    else if (letter === ']' || letter === '}') open = Math.max(0, open - 1);
    if (open > DEEPEST) return true;
  }
  return text.split('\n').some((line) => {
    const start = /^[\s?:-]*/.exec(line) as RegExpExecArray;
    return start[0].split(/[?:-]\s/).length > DEEPEST || line.length - line.trimStart().length > 4 * DEEPEST;
  });
}

/** A name of which there are aliases and, up to there, no anchor. */
function unknownAlias(document: ReturnType<typeof parseDocument>): string | undefined {
  const anchors = new Set<string>();
  let unknown: string | undefined;
  visit(document, {
    Node: (_key, node) => {
      if ('anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
    },
    Alias: (_key, { source }) => {
      if (anchors.has(source)) return;
      unknown = source;
      return visit.BREAK;
    },
  });
  return unknown;
}

/** Whether a value holds itself, as what an anchor is of may through its own alias. */
function holdsItself(value: unknown, around: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (around.has(value)) return true;
  const within = new Set(around).add(value);
  return Object.values(value).some((part) => holdsItself(part, within));
}

const endless =
  'it has an anchor (&name) whose own value holds its alias (*name), so that it has no end; write it out.';

/**
 * What one YAML or JSON text says. Merge keys (`<<: *base`) put the settings of one group into another.
 *
 * @throws InputError with what is wrong, as a sentence about "it"
 */
export function readYaml(text: string): unknown {
  if (isTooDeep(text)) throw new InputError(`it is nested more than ${DEEPEST} groups deep; no specification is.`);
  // Only the first mistake is told: to find the lines of thousands takes the parser longer than anyone waits.
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { merge: true, logLevel: 'error', prettyErrors: false, lineCounter });
  const [trouble] = [...document.errors, ...document.warnings];
  if (trouble !== undefined) {
    const { line, col } = lineCounter.linePos(trouble.pos[0]);
    const message = `${trouble.message} at line ${line}, column ${col}:`;
    throw new InputError(syntaxTrouble({ code: trouble.code, message }));
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    const alias = unknownAlias(document);
    if (alias !== undefined) {
      throw new InputError(
        `it has *${alias}, which is an alias, but no anchor &${alias} stands before it; a text that begins with * needs quotes: "*${alias}".`,
      );
    }
    const message = error instanceof Error ? error.message : String(error);
    if (/merge/i.test(message)) {
      throw new InputError('it has a merge key (<<) of something else than a group of settings, such as <<: *base.');
    }
    if (/alias/i.test(message)) {
      throw new InputError('it has aliases of aliases (*name) that stand for far more than it says; write it out.');
    }
    throw new InputError(`it cannot be read: ${message.split('\n')[0]}`);
  }
  if (holdsItself(value)) throw new InputError(endless);
  return value;
}
