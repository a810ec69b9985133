/** Two tiers: unit tests (`*.spec.ts`) need nothing, integration tests (`*.int-spec.ts`) need the stack. */
const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/e2e'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@lakeferry/history$': '<rootDir>/e2e/history/src/index.ts',
    '^@lakeferry/stack$': '<rootDir>/tools/stack/src/index.ts',
    '^@lakeferry/([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@lakeferry/runtime/failpoint$': '<rootDir>/libs/runtime/src/failpoint/armed-failpoint.ts',
    '^@lakeferry/([a-z-]+)/testing$': '<rootDir>/libs/$1/src/testing/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
};

export default {
  watchman: false,
  // Two cores, and servers that share them: what needs longer says so itself.
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['**/*.spec.ts', '**/*.spec.mjs'] },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['**/*.int-spec.ts', '**/*.e2e-spec.ts'],
    },
  ],
};
