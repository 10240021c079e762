// The floors of src: a folder imports lower floors only, siblings never import each other, and only an index is imported
// from outside its folder. No circles, in assembly and guests either. CONTRIBUTING.md lists the floors.
const floors = [
  ['abi', 'otel'],
  ['wasm'],
  ['pushdown'],
  ['sandbox', 'wasi', 'otlp', 'rules', 'shipped'],
  ['guest'],
  ['runner', 'sink'],
  ['pipeline'],
  ['adapters'],
  ['config'],
  ['testing', 'register'],
  ['conformance'],
  ['cli'],
];

const above = floors.flatMap((folders, floor) =>
  folders.map(folder => {
    const forbidden = floors
      .slice(floor)
      .flat()
      .filter(other => other !== folder);
    return {
      name: `src/${folder} imports lower floors only`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(${forbidden.join('|')})/` },
    };
  }),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...above.filter(rule => !rule.to.path.includes('()')),
    {
      name: 'a folder of src has its floor',
      severity: 'error',
      from: { path: '^src/(?!index\\.ts$)' },
      to: { path: `^src/(?!(${floors.flat().join('|')})/|index\\.ts$)` },
    },
    {
      name: 'the public surface is for tools and users',
      severity: 'error',
      from: { path: `^src/(${floors.slice(0, 8).flat().join('|')})/` },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'a folder is entered by its index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '/index\\.ts$'] },
    },
    {
      name: 'a nested folder is entered by its index',
      severity: 'error',
      from: { path: '^src/[^/]+/([^/]+)/' },
      to: { path: '^src/[^/]+/[^/]+/', pathNot: ['^src/[^/]+/$1/', '/index\\.ts$'] },
    },
    {
      name: 'a nested folder is entered by its index from above',
      severity: 'error',
      from: { path: '^src/[^/]+/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/[^/]+/', pathNot: '/index\\.ts$' },
    },
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^(src|assembly|guests)/',
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
  },
};
