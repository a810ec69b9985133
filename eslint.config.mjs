import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const GROUND = ['layer:contract', 'layer:platform'];

/** Which layer may import which. An adapter never imports another; its tests may use libs/testing. */
const LAYERS = {
  'layer:contract': ['layer:contract'],
  'layer:platform': GROUND,
  'layer:testing': GROUND,
  'layer:adapter': [...GROUND, 'layer:testing'],
  'layer:app': [...GROUND, 'layer:adapter', 'layer:testing'],
  'layer:e2e': [...GROUND, 'layer:adapter', 'layer:testing', 'layer:e2e', 'layer:tool'],
  'layer:tool': [...GROUND, 'layer:adapter', 'layer:testing', 'layer:e2e', 'layer:tool'],
};

/** Packages that talk to the world outside, and the only projects that import them. */
const OWNERS = {
  'name:kafka': ['kafkajs'],
  'name:object-store': ['@aws-sdk/*'],
  'name:task-store': ['@prisma/*', 'pg'],
  'name:parquet': ['apache-arrow', 'parquet-wasm'],
  'name:postgres': ['pg'],
  'layer:testing': ['pg'],
  'layer:tool': ['@aws-sdk/*', 'pg', 'kafkajs'],
  'layer:e2e': ['@aws-sdk/*', 'pg', 'kafkajs'],
  'layer:app': [],
  'layer:contract': [],
  'layer:platform': [],
};
const OWNED = [...new Set(Object.values(OWNERS).flat())];

const depConstraints = [
  ...Object.entries(LAYERS).map(([sourceTag, onlyDependOnLibsWithTags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags,
  })),
  ...Object.entries(OWNERS).map(([sourceTag, own]) => ({
    sourceTag,
    bannedExternalImports: OWNED.filter((name) => !own.includes(name)),
  })),
];

const DEEP_IMPORTS = {
  group: ['@lakeferry/*/*', '!@lakeferry/*/testing', '!@lakeferry/runtime/failpoint'],
  message: 'Import a library by its name: only what its index exports is meant for others.',
};
const TEST_CODE = {
  group: ['@lakeferry/*/testing', '@lakeferry/testing', './testing/*', '../testing/*'],
  message: 'Code that ships does not use code of tests.',
};

const BANNED_SYNTAX = [
  { selector: 'ExportDefaultDeclaration', message: 'Export it by its name.' },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
];

const TEST_FILES = [
  ...['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
  ...['**/testing/**/*.ts', 'libs/testing/**/*.ts', 'e2e/**/*.ts'],
];

export default tseslint.config(
  {
    ignores: [
      ...['**/dist/', '**/node_modules/', '.lakeferry/', '.nx/', 'coverage/'],
      'libs/task-store/src/generated/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { depConstraints, allow: [] }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_+$' },
      ],
      // Functions of interfaces are written as methods here, and taken apart freely.
      '@typescript-eslint/unbound-method': 'off',
      // What is caught is thrown on, whatever it is.
      '@typescript-eslint/only-throw-error': 'off',
      // A unit of work may be asynchronous by contract, with nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      'max-params': ['error', { max: 3 }],
      'no-restricted-imports': ['error', { patterns: [DEEP_IMPORTS, TEST_CODE] }],
      'no-restricted-syntax': [
        'error',
        ...BANNED_SYNTAX,
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only libs/config reads the environment.',
        },
      ],
    },
  },
  {
    files: [
      ...[...TEST_FILES, 'tools/**/*.ts', 'libs/config/src/process-env.ts'],
      'libs/runtime/src/failpoint/armed-failpoint.ts',
    ],
    rules: {
      'no-restricted-imports': ['error', { patterns: [DEEP_IMPORTS] }],
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX],
    },
  },
  {
    files: TEST_FILES,
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'max-params': 'off',
    },
  },
  {
    // Called once a value: an options object each would cost more than the work. Row functions are
    // generated from the schema.
    files: ['libs/parquet/src/line/*.ts', 'libs/parquet/src/values/*.ts'],
    rules: {
      'max-params': 'off',
      '@typescript-eslint/no-implied-eval': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
);
