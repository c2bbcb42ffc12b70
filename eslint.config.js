/**
 * Two kinds of rules: mistakes that types can show (above all promises nobody waits for), and the one rule of imports, which point
 * inwards: workers, api, cli → adapters, activities, workflows → core, config → contracts.
 */
const { createNodeResolver, importX } = require('eslint-plugin-import-x');
const tseslint = require('typescript-eslint');

const OUTSIDE =
  '^(node:)?(fs|fs/promises|net|tls|dgram|dns|http|https|http2|child_process|cluster|worker_threads|os|process|timers|timers/promises|inspector|vm)$';
const ENGINES = '^(@duckdb/|pg($|/)|@aws-sdk/|pino|prom-client|fastify|esbuild|commander|picocolors)';
const TEMPORAL = '^@temporalio/';

const forbid = (...patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
});
const not = (regex, message, allowTypeImports = false) => ({ regex, message, allowTypeImports });
const into = (names, message, allowTypeImports = false) =>
  not(`^\\.{1,2}/(.*/)?(${names.join('|')})(/|$)`, message, allowTypeImports);

const INWARDS = 'imports point inwards: see the one rule of imports in docs/architecture.md';
const PURE = 'core is pure: what comes from outside is an argument or a port (core/ports.ts)';

const noImpurity = {
  'no-restricted-globals': [
    'error',
    ...['process', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'crypto', 'console'].map(
      (name) => ({ name, message: PURE }),
    ),
  ],
  'no-restricted-properties': [
    'error',
    {
      object: 'Math',
      property: 'random',
      message: 'random numbers come from core/linalg/philox, with a stream of their own',
    },
    { object: 'Date', property: 'now', message: 'the only "now" is the as-of date of the run' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'the only "now" is the as-of date of the run',
    },
    { selector: 'CallExpression[callee.name="Date"]', message: 'the only "now" is the as-of date of the run' },
    { selector: 'ImportExpression[source.type!="Literal"]', message: PURE },
    { selector: 'ImportExpression[source.value=/^(node:|fs|net|http|@temporalio|@duckdb)/]', message: PURE },
    {
      selector: 'CallExpression[callee.property.name=/^toLocale/][arguments.length=0]',
      message: 'the same text on every machine: name the locale',
    },
    {
      selector: 'CallExpression[callee.property.name="localeCompare"][arguments.length<2]',
      message: 'the same order on every machine: compare with < or name the locale',
    },
  ],
};

module.exports = tseslint.config(
  {
    ignores: [
      'dist*/',
      // Python of the bench's peers.
      '.bench-env/',
      // AssemblyScript: its types are not those of TypeScript.
      'kernels/',
      'node_modules/',
      'coverage/',
      'reports/',
      '.stryker-tmp/',
      '**/*.d.ts',
      'examples/',
      '**/*.bundle.js',
    ],
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      ecmaVersion: 2023,
      globals: Object.fromEntries(
        [
          'require',
          'module',
          'process',
          '__dirname',
          '__filename',
          'Buffer',
          'console',
          'setTimeout',
          'clearTimeout',
          'URL',
          'AbortController',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': ['error', { caughtErrors: 'none' }],
      'no-dupe-keys': 'error',
      'no-unreachable': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: __dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { caughtErrors: 'none', argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Methods here are closures over what they were made with, not over `this`.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // An async function without await is how one meets an interface of promises and still rejects instead of throwing.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'import-x/no-cycle': 'error',
    },
  },
  {
    files: ['src/contracts/**/*.ts'],
    rules: forbid(not('^(?!\\./)', 'contracts import nothing but each other')),
  },
  {
    files: ['src/config/**/*.ts'],
    rules: forbid(
      into(['core', 'workflows', 'activities', 'adapters', 'workers', 'api', 'cli'], INWARDS),
      not(TEMPORAL, INWARDS),
      not(ENGINES, INWARDS),
      not(OUTSIDE, 'config is read by adapters and checked here'),
    ),
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      ...forbid(
        into(['workflows', 'activities', 'adapters', 'workers', 'api', 'cli'], INWARDS),
        into(['config'], 'core may know the types of the config, not its code', true),
        not(TEMPORAL, PURE),
        not(ENGINES, PURE),
        not(OUTSIDE, PURE),
      ),
      ...noImpurity,
    },
  },
  {
    files: ['src/workflows/**/*.ts'],
    rules: forbid(
      into(
        ['core', 'config', 'activities', 'adapters', 'workers', 'api', 'cli'],
        'workflows take values only from contracts and @temporalio/workflow',
        true,
      ),
      // Everything that is neither relative nor the workflow package.
      not('^(?!\\.|@temporalio/workflow$)', 'workflows take values only from contracts and @temporalio/workflow', true),
    ),
  },
  {
    files: ['src/activities/**/*.ts'],
    rules: forbid(
      into(['workflows', 'adapters', 'workers', 'api', 'cli'], 'activities see the outside only through core/ports'),
      not(ENGINES, 'activities see the outside only through core/ports'),
      not(OUTSIDE, 'activities see the outside only through core/ports'),
      not('^@temporalio/(?!activity$|common$)', 'activities need @temporalio/activity at most', true),
    ),
  },
  {
    files: ['src/adapters/**/*.ts'],
    rules: forbid(into(['workflows', 'activities', 'workers', 'api', 'cli'], INWARDS, true)),
  },
  {
    // Jest's matchers (`expect.any`, `expect.objectContaining`) and JSON read back for a look are typed as any.
    files: ['tests/**/*.ts'],
    rules: Object.fromEntries(
      [
        'no-unsafe-assignment',
        'no-unsafe-argument',
        'no-unsafe-member-access',
        'no-unsafe-return',
        'no-unsafe-call',
        'no-require-imports',
      ].map((name) => [`@typescript-eslint/${name}`, 'off']),
    ),
  },
);
