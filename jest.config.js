/**
 * Projects by what they need: pure rules (nothing), int (Postgres), data (the same and the DICOM files beside the repository),
 * flow (HTTP + worker + real peers), fault (killing processes and services). scripts/test.mjs chooses; nothing skips inside.
 */
const transform = {
  '^.+\\.[cm]?[jt]s$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2022',
        keepClassNames: true,
      },
      module: { type: 'commonjs' },
      sourceMaps: true,
    },
  ],
};
const shared = {
  testEnvironment: 'node',
  transform,
  // Nest 12 and a few of its parts ship as ES modules only.
  transformIgnorePatterns: [
    '/node_modules/(?!(@nestjs|cookie|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|load-esm)/)',
  ],
};
const withPostgres = {
  ...shared,
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/harness/patience.ts'],
};
const places = '<rootDir>/{src,test,bench}/**';
module.exports = {
  projects: [
    {
      ...shared,
      displayName: 'pure',
      testMatch: [`${places}/*.spec.ts`],
      setupFilesAfterEnv: ['<rootDir>/test/harness/patience.ts'],
    },
    { ...withPostgres, displayName: 'data', testMatch: [`${places}/*.data-spec.ts`] },
    { ...withPostgres, displayName: 'int', testMatch: [`${places}/*.int-spec.ts`] },
    { ...withPostgres, displayName: 'flow', testMatch: ['<rootDir>/test/**/*.flow-spec.ts'] },
    { ...withPostgres, displayName: 'fault', testMatch: ['<rootDir>/test/**/*.fault-spec.ts'] },
  ],
};
