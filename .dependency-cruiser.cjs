// The rooms of the house, from the ground up. A room imports only from itself and from rooms below it.
// docs/architecture.md says what each holds.
const rooms = [
  'random',
  'kernels',
  'networks',
  'data',
  'training',
  'tickets',
  'analysis',
  'experiments',
  'figures',
  'studies',
  'laboratory',
  'web',
  'node',
  'cli',
];

/** Rooms that may touch the operating system. Everything else runs unchanged in a browser. */
const nodeRooms = ['node', 'cli'];

/** What tests are and what only they use. It runs in Node, and looks into any room. */
const tests = '\\.(test|fixture)\\.ts$';

module.exports = {
  forbidden: [
    ...rooms.slice(0, -1).map((room, index) => ({
      name: `${room}-imports-downwards-only`,
      comment: `src/${room} may import only from ${rooms.slice(0, index + 1).join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: tests },
      to: { path: `^src/(${rooms.slice(index + 1).join('|')}|index\\.ts)(/|$)` },
    })),
    {
      name: 'isomorphic-rooms-have-no-node-imports',
      comment: 'Only src/node and src/cli may import node: modules.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${nodeRooms.join('|')})/|${tests}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'studies-do-not-import-each-other',
      comment:
        'What several studies need lives in src/studies/shared; only src/studies/registry.ts names them all. Tests too.',
      severity: 'error',
      from: { path: '^src/studies/([^/]+)/', pathNot: '^src/studies/shared/' },
      to: { path: '^src/studies/[^/]+/', pathNot: '^src/studies/($1|shared)/' },
    },
    {
      name: 'shared-parts-of-studies-know-no-study',
      severity: 'error',
      from: { path: '^src/studies/(shared/|study\\.ts)' },
      to: { path: '^src/studies/', pathNot: '^src/studies/(shared/|study\\.ts)' },
    },
    {
      name: 'dependencies-are-declared',
      comment: 'What people install has only the dependencies of package.json, not those of development.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'only-tests-import-tests',
      comment: 'What a test needs from another file lies in a *.fixture.ts, which only tests import.',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'require', 'types'],
    },
  },
};
