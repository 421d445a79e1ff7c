// The API reference: pages in Markdown that TypeDoc makes of the doc comments of the package's entry points.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, TSConfigReader } from 'typedoc';

/** Entry points of the package that are folders of the sources, in the order of `exports`. */
function entryPoints(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, { types }]) => {
    const folder = /^\.\/dist\/([a-z-]+)\/index\.d\.ts$/.exec(types ?? '')?.[1];
    return folder ? [{ folder, name: `${name}${path.slice(1)}` }] : [];
  });
}

/** What a module's first comment says of it, as one line. */
function summaryOf(root, folder) {
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(root, 'src', folder, 'index.ts'), 'utf8'))?.[1];
  if (!comment) throw new Error(`src/${folder}/index.ts begins with no comment that says what the module holds.`);
  return comment
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Writes a page a module, and one that lists them. A warning of TypeDoc fails it.
 *
 * The root module exports what the rooms that run anywhere do, and has no page of its own.
 *
 * @param {string} root the repository
 * @param {string} site this folder
 * @param {string} out folder to write to
 * @returns {Promise<{ name: string, path: string }[]>} modules and their pages' paths on the site
 */
export async function writeReference(root, site, out) {
  const entries = entryPoints(root);
  const app = await Application.bootstrapWithPlugins(
    {
      tsconfig: join(site, 'tsconfig.json'),
      basePath: join(root, 'src'),
      entryPoints: entries.map(({ folder }) => join(root, 'src', folder, 'index.ts')),
      plugin: ['typedoc-plugin-markdown', 'typedoc-plugin-missing-exports'],
      // Types that signatures name and modules do not export are described where they are used.
      placeInternalsInOwningModule: true,
      excludeReferences: true,
      excludeExternals: true,
      excludePrivate: true,
      readme: 'none',
      disableGit: true,
      disableSources: true,
      treatWarningsAsErrors: true,
      // The build has compiled the sources already.
      skipErrorChecking: true,
      logLevel: 'Warn',
      router: 'module',
      entryFileName: 'index',
      // Headings say which anchors links to them use; those that VitePress makes of the words may be others.
      useCustomAnchors: true,
      customAnchorsFormat: 'curlyBrace',
      hidePageHeader: true,
      hideBreadcrumbs: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      classPropertiesFormat: 'table',
      typeAliasPropertiesFormat: 'table',
      tableColumnSettings: {
        hideDefaults: false,
        hideInherited: true,
        hideModifiers: true,
        hideOverrides: true,
        hideSources: true,
      },
    },
    [new TSConfigReader()],
  );
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources.');
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('TypeDoc warns; its messages are above.');
  mkdirSync(out, { recursive: true });
  await app.outputs.writeOutput({ name: 'markdown', path: out }, project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error('TypeDoc warns; its messages are above.');

  const modules = entries.map(({ folder, name }) => ({ folder, name, path: `api/${folder}.md` }));
  for (const { folder, name } of modules) {
    const page = join(out, `${folder}.md`);
    const body = readFileSync(page, 'utf8')
      .replace(/^# .*\n/m, '')
      // The heading of an inherited constructor has no anchor.
      .replaceAll(/\[(`constructor`)\]\([^)]*\)/g, '$1');
    writeFileSync(page, `---\noutline: [2, 3]\n---\n\n# ${name}\n\n${summaryOf(root, folder)}\n${body}`);
  }
  const rows = modules.map(({ folder, name }) => `| [\`${name}\`](${folder}.md) | ${summaryOf(root, folder)} |`);
  writeFileSync(
    join(out, 'index.md'),
    `# API reference

Every function, class and type that the package exports, from the comments in its sources. \`lottery-lab\` itself exports all of it
but what needs Node or Web Workers. [The library](../library.md) has an example for each module.

| module | what it holds |
| --- | --- |
${rows.join('\n')}
`,
  );
  return modules.map(({ name, path }) => ({ name, path }));
}
