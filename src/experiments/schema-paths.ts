import { specificationJsonSchema } from './schema.js';

/** One setting of the specification, for help texts and suggestions. */
export interface Setting {
  /** Dotted, such as `pruning.rate`. */
  readonly path: string;
  readonly help: string;
  /** JSON text of the default, or undefined where there is none. */
  readonly standard: string | undefined;
  /** Allowed words, where there is a fixed choice. */
  readonly choices: readonly string[];
  /** Whether its members are names that the user chooses, such as those of layers. */
  readonly open: boolean;
}

interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly additionalProperties?: unknown;
}

let known: readonly Setting[] | undefined;

/** Every setting a specification may have, in the order of the schema, groups before their members. */
export function allSettings(): readonly Setting[] {
  known ??= collect(specificationJsonSchema() as SchemaNode);
  return known;
}

function collect(root: SchemaNode): Setting[] {
  const found = new Map<string, Setting>();
  const visit = (node: SchemaNode, path: string): void => {
    const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
    if (path !== '') {
      const before = found.get(path);
      const words = [node, ...branches].flatMap(
        (branch) => branch.enum ?? (branch.const === undefined ? [] : [branch.const]),
      );
      found.set(path, {
        path,
        help: node.description ?? before?.help ?? '',
        standard: node.default === undefined ? before?.standard : JSON.stringify(node.default),
        choices: [...new Set([...(before?.choices ?? []), ...words.map(String)])],
        open: typeof node.additionalProperties === 'object',
      });
    }
    for (const branch of [node, ...branches]) {
      for (const [key, child] of Object.entries(branch.properties ?? {})) {
        visit(child, path === '' ? key : `${path}.${key}`);
      }
    }
  };
  visit(root, '');
  return [...found.values()];
}

/** Names of the settings directly under a dotted path; the top level for ''. */
export function settingsUnder(path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`;
  return allSettings()
    .map((setting) => setting.path)
    .filter((other) => other.startsWith(prefix) && other !== path && !other.slice(prefix.length).includes('.'))
    .map((other) => other.slice(prefix.length));
}
