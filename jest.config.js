/** Three projects: pure rules (ms), integration (own database from a template), flows (HTTP + worker + real peers). */
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
      sourceMaps: 'inline',
    },
  ],
};
const shared = {
  testEnvironment: 'node',
  transform,
  // Nest 12 and a few of its parts ship as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|cookie|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|load-esm)/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
module.exports = {
  projects: [
    { ...shared, displayName: 'pure', testMatch: ['<rootDir>/{src,test,bench}/**/*.spec.ts'] },
  ],
};
