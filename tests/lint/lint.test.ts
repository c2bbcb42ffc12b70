import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(__dirname, '../..');
const CORE = 'src/core/ports.ts';
const CONTRACT = 'src/contracts/stages.ts';
const WORKFLOW = 'src/workflows/index.ts';
const ACTIVITY = 'src/activities/index.ts';
const ADAPTER = 'src/adapters/temporal/connect.ts';
const IMPORTS = '@typescript-eslint/no-restricted-imports';

/** What is planted, the file it stands in place of (which must exist, for its types), the text, and the rules it breaks. */
const PLANTED: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['a file read in core', CORE, `export { readFileSync } from 'node:fs';\n`, [IMPORTS]],
  ['a socket in core', CORE, `import 'net';\n`, [IMPORTS]],
  ['Temporal in core', CORE, `export { proxyActivities } from '@temporalio/workflow';\n`, [IMPORTS]],
  ['DuckDB in core, even as a type', CORE, `export type { DuckDBConnection } from '@duckdb/node-api';\n`, [IMPORTS]],
  ['an adapter in core', CORE, `export { temporalTarget } from '../adapters/temporal/connect';\n`, [IMPORTS]],
  ['code of the config in core', CORE, `export { projectConfig } from '../config/project';\n`, [IMPORTS]],
  ['core in contracts', CONTRACT, `export type { Matrix } from '../core/linalg/matrix';\n`, [IMPORTS]],
  ['a package in contracts', CONTRACT, `export { z } from 'zod';\n`, [IMPORTS]],
  ['a value of core in a workflow', WORKFLOW, `import '../core/linalg/matrix';\n`, [IMPORTS]],
  ['a built-in module in a workflow', WORKFLOW, `export { join } from 'node:path';\n`, [IMPORTS]],
  [
    'an adapter in an activity',
    ACTIVITY,
    `export { temporalTarget } from '../adapters/temporal/connect';\n`,
    [IMPORTS],
  ],
  ['a file read in an activity', ACTIVITY, `export { readFileSync } from 'node:fs';\n`, [IMPORTS]],
  ['an activity in an adapter', ADAPTER, `import '../../activities';\n`, [IMPORTS]],
  ['the clock in core', CORE, `export const x = Date.now();\n`, ['no-restricted-properties']],
  ['the current date in core', CORE, `export const x = new Date();\n`, ['no-restricted-syntax']],
  ['a stopwatch in core', CORE, `export const x = performance.now();\n`, ['no-restricted-globals']],
  ['dice in core', CORE, `export const x = Math.random();\n`, ['no-restricted-properties']],
  ['the environment in core', CORE, `export const x = process.env;\n`, ['no-restricted-globals']],
  [
    'the order of the host in core',
    CORE,
    `export const x = ['b', 'a'].sort((a, b) => a.localeCompare(b));\n`,
    ['no-restricted-syntax'],
  ],
  [
    'a file read at run time in core',
    CORE,
    `export const x = (): Promise<unknown> => import('node:fs');\n`,
    ['no-restricted-syntax'],
  ],
  [
    'a promise nobody waits for',
    ADAPTER,
    `async function f(): Promise<void> {}\nexport function g(): void { f(); }\n`,
    ['@typescript-eslint/no-floating-promises'],
  ],
  // embedded-server.ts imports dev-server.ts
  [
    'a cycle of imports',
    'src/adapters/temporal/dev-server.ts',
    `export { describeEvent } from './embedded-server';\n`,
    ['import-x/no-cycle'],
  ],
  [
    'a rule switched off by a comment',
    CORE,
    `// eslint-disable-next-line no-restricted-properties\nexport const x = Date.now();\n`,
    ['no-restricted-properties'],
  ],
];

const ALLOWED: typeof PLANTED = [
  ['types of the config in core', CORE, `export type { ProjectConfig } from '../config/project';\n`, []],
  ['a date made from a value in core', CORE, `export const x = new Date(0).toISOString();\n`, []],
  ['types of activities in a workflow', WORKFLOW, `export type * from '../activities';\n`, []],
  ['contracts in a workflow', WORKFLOW, `export { STAGES } from '../contracts/stages';\n`, []],
];

async function run(program: string, ...args: string[]): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [resolve(root, program), ...args], {
      cwd: root,
      maxBuffer: 50_000_000,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${stdout}${stderr}`.slice(0, 6_000));
  }
}

it(
  'the whole tree passes the linter',
  () => run('node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0'),
  300_000,
);

it('the whole tree passes the type check, as a program and with its tests', async () => {
  await run('node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json', '--pretty', 'false');
  await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.check.json', '--pretty', 'false');
}, 300_000);

describe('the linter', () => {
  const texts = [...PLANTED, ...ALLOWED];
  let found: string[][];
  beforeAll(() => {
    const input = JSON.stringify(texts.map(([, file, text]) => ({ file, text })));
    // In a process of its own: jest cannot load a linter configuration. A single run would take the texts from disk instead of ours.
    const env = { ...process.env, TSESTREE_SINGLE_RUN: 'false' };
    const answer = execFileSync(process.execPath, [resolve(__dirname, 'lint-texts.js')], {
      cwd: root,
      env,
      input,
      encoding: 'utf8',
    });
    found = JSON.parse(answer) as string[][];
  }, 300_000);

  it.each(PLANTED.map(([name], i) => [name, i] as const))('catches %s', (_name, i) =>
    expect(found[i]).toEqual(PLANTED[i][3]),
  );
  it.each(ALLOWED.map(([name], i) => [name, i] as const))('allows %s', (_name, i) =>
    expect(found[PLANTED.length + i]).toEqual([]),
  );
});
