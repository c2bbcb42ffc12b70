import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const { build } = jest.requireActual<{
  build(options: { root: string; log(line: string): void }): Promise<{ built: boolean; ms: number }>;
}>('../../scripts/build.js');

const repository = resolve(__dirname, '../..');
const lines: string[] = [];
const log = (line: string): void => void lines.push(line);
let root: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const digests = (): Record<string, string> => {
  const { all, stages } = JSON.parse(readFileSync(join(root, 'dist/code-digests.json'), 'utf8')) as {
    all: string;
    stages: Record<string, string>;
  };
  return { all, ...stages };
};

/** A package with two stages, a shared helper, one thread kernel, a workflow and a command line. */
beforeEach(() => {
  lines.length = 0;
  root = mkdtempSync(join(realpathSync(tmpdir()), 'dramatis-build-'));
  mkdirSync(join(root, 'node_modules'));
  for (const name of ['typescript', '@temporalio', '@types'])
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name));
  for (const name of ['tsconfig.json', 'package.json', 'package-lock.json'])
    cpSync(join(repository, name), join(root, name));
  write('src/contracts/stages.ts', `export const STAGES = ['clean', 'selection', 'report'] as const;\n`);
  write('src/core/round.ts', `export const half = (x: number): number => x / 2;\n`);
  write('src/core/kernel.ts', `export const kernel = (): number => 1;\n`);
  write('src/core/unused.ts', `export const unused = (): number => 1;\n`);
  write(
    'src/activities/clean.ts',
    `import { half } from '../core/round';\nexport const clean = (): number => half(2);\n`,
  );
  write('src/activities/selection.ts', `export const selection = (): number => 3;\n`);
  write('src/workers/compute-thread.ts', `import { kernel } from '../core/kernel';\nkernel();\n`);
  write('src/workflows/index.ts', `export async function refresh(): Promise<number> { return 1; }\n`);
  write('src/cli/main.ts', `console.log('hello');\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('compiles, bundles the workflows, and has nothing to do the second time within 300 ms', async () => {
  expect((await build({ root, log })).built).toBe(true);
  expect(existsSync(join(root, 'dist/cli/main.js'))).toBe(true);
  expect(readFileSync(join(root, 'dist/workflow-bundle.js'), 'utf8')).toContain('__TEMPORAL__');
  expect(Object.keys(digests()).sort()).toEqual(['all', 'clean', 'report', 'selection']);
  const again = await build({ root, log });
  expect(again.built).toBe(false);
  expect(again.ms).toBeLessThan(300);
});

it('changes the digest of a stage when code it reaches changes, and of no other stage', async () => {
  await build({ root, log });
  const before = digests();

  write('src/core/round.ts', `export const half = (x: number): number => 0.5 * x;\n`);
  await build({ root, log });
  const rounded = digests();
  expect(rounded.clean).not.toBe(before.clean);
  expect(rounded.all).not.toBe(before.all);
  expect(rounded.selection).toBe(before.selection);

  write('src/core/kernel.ts', `export const kernel = (): number => 2;\n`);
  await build({ root, log });
  const kernel = digests();
  expect(kernel.selection).not.toBe(rounded.selection);
  expect(kernel.clean).toBe(rounded.clean);
});

it('a changed kernel changes the digests of the stages that compute, and of no other', async () => {
  write('kernels/index.ts', `export function one(): i32 { return 1; }\n`);
  await build({ root, log });
  expect(existsSync(join(root, 'dist/kernels.wasm'))).toBe(true);
  const before = digests();
  write('kernels/index.ts', `export function one(): i32 { return 2; }\n`);
  await build({ root, log });
  const after = digests();
  expect(after.selection).not.toBe(before.selection);
  expect(after.all).not.toBe(before.all);
  expect(after.clean).toBe(before.clean);
});

it('refuses a kernel that does not compile, and keeps the last good build', async () => {
  await build({ root, log });
  write('kernels/index.ts', `export function one(): i32 { return nothing; }\n`);
  await expect(build({ root, log })).rejects.toThrow(/Cannot find name 'nothing'[\s\S]*kernels\/index\.ts/);
  expect(existsSync(join(root, 'dist/core/round.js'))).toBe(true);
});

it('keeps every digest when only the command line changes', async () => {
  await build({ root, log });
  const before = digests();
  write('src/cli/main.ts', `console.log('goodbye');\n`);
  expect((await build({ root, log })).built).toBe(true);
  expect(digests()).toEqual(before);
});

it('drops the compiled file of a deleted source, and says which stage has no activity file', async () => {
  await build({ root, log });
  expect(existsSync(join(root, 'dist/core/unused.js'))).toBe(true);
  expect(lines.join('\n')).toContain('no activity file for report');
  expect(digests().report).toBe(digests().all);
  rmSync(join(root, 'src/core/unused.ts'));
  await build({ root, log });
  expect(existsSync(join(root, 'dist/core/unused.js'))).toBe(false);
});

it('refuses a type error, naming file and line, and keeps the last good build', async () => {
  await build({ root, log });
  write('src/core/round.ts', `export const half = (x: number): string => x;\n`);
  await expect(build({ root, log })).rejects.toThrow(/round\.ts\(1,\d+\): error TS2322/);
  expect(readFileSync(join(root, 'dist/core/round.js'), 'utf8')).toContain('x / 2');
  expect(existsSync(join(root, 'dist.next'))).toBe(false);
});

it('builds again when a file of dist was lost', async () => {
  await build({ root, log });
  rmSync(join(root, 'dist/core/round.js'));
  expect((await build({ root, log })).built).toBe(true);
  expect(existsSync(join(root, 'dist/core/round.js'))).toBe(true);
});
