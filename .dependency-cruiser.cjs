/** Directions of the house (docs/adr/0001): no cycle, only through a slice's index.ts, only downward. */
const SLICES_UPWARD = [
  'platform',
  'audit',
  'tenancy',
  'identity',
  'notices',
  'lint',
  'templates',
  'images',
  'studies',
  'pictures',
  'dicomweb',
  'intake',
  'exams',
  'rosters',
  'worklist',
  'signature',
  'reporting',
  'sheets',
  'quality',
  'priors',
  'critical',
  'delivery',
  'collaboration',
  'turnaround',
  'overview',
];

/** Tests and their helpers may look anywhere. */
const TESTS = '\\.(spec|int-spec|data-spec|fixture)\\.(ts|cjs)$';

/** What a slice may not import: itself is fine, everything above it is not. */
const downward = SLICES_UPWARD.map((slice, i) => ({
  name: `${slice}-imports-downward`,
  severity: 'error',
  from: { path: `^src/${slice}/`, pathNot: TESTS },
  to: { path: `^src/(${[...SLICES_UPWARD.slice(i + 1), 'demo', 'cli'].join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-public-doors',
      comment: 'another slice is entered through its index.ts alone',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: TESTS },
      to: { path: '^src/(?!platform/)([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'only-public-doors-of-platform',
      severity: 'error',
      from: { path: '^src/(?!platform/)', pathNot: TESTS },
      to: { path: '^src/platform/[^/]+/', pathNot: '^src/platform/[^/]+/index\\.ts$' },
    },
    ...downward,
    {
      name: 'images-in-and-images-out-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/intake/', pathNot: TESTS },
      to: { path: '^src/dicomweb/' },
    },
    {
      name: 'turnaround-hears-events-only',
      severity: 'error',
      from: { path: '^src/turnaround/' },
      to: {
        path: '^src/(images|studies|dicomweb|intake|exams|worklist|reporting|sheets|critical|delivery)/',
        pathNot: '/index\\.ts$',
      },
    },
    {
      name: 'nobody-imports-overview',
      severity: 'error',
      from: { path: '^src/(?!api\\.module|worker\\.module|overview/)' },
      to: { path: '^src/overview/' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: [TESTS, '^src/demo/'] },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
