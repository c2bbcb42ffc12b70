/** Unit and property tests run from source through swc; end-to-end tests (tests/e2e) drive the compiled program. */
const prove = process.env.DRAMATIS_PROVE === '1';

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/tests/support/plain-output.ts'],
  // Long proofs run only when asked for (`npm run prove`).
  testPathIgnorePatterns: prove ? [] : ['<rootDir>/tests/prove/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // The command line loads its commands by the names that the compiled files have.
  moduleNameMapper: { '^(\\./commands/[\\w-]+)\\.js$': '$1' },
  testTimeout: 60_000,
};
