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

module.exports = {
  forbidden: [
    ...rooms.slice(0, -1).map((room, index) => ({
      name: `${room}-imports-downwards-only`,
      comment: `src/${room} may import only from ${rooms.slice(0, index + 1).join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${room}/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^src/(${rooms.slice(index + 1).join('|')}|index\\.ts)(/|$)` },
    })),
    {
      name: 'isomorphic-rooms-have-no-node-imports',
      comment: 'Only src/node and src/cli may import node: modules.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${nodeRooms.join('|')})/|\\.test\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'studies-do-not-import-each-other',
      comment: 'What several studies need lives in src/studies/shared; only src/studies/registry.ts names them all.',
      severity: 'error',
      from: { path: '^src/studies/([^/]+)/', pathNot: '^src/studies/shared/|\\.test\\.ts$' },
      to: { path: '^src/studies/[^/]+/', pathNot: '^src/studies/($1|shared)/' },
    },
    {
      name: 'shared-parts-of-studies-know-no-study',
      severity: 'error',
      from: { path: '^src/studies/(shared/|study\\.ts)', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/studies/', pathNot: '^src/studies/(shared/|study\\.ts)' },
    },
    {
      name: 'dependencies-are-declared',
      comment: 'What people install has only the dependencies of package.json, not those of development.',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
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
