import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-pipe-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes far more than a pipe holds, and then something else. */
function program(guarded: boolean): string {
  const entry = join(folder, `${guarded}.ts`);
  const outfile = join(folder, `${guarded}.cjs`);
  writeFileSync(
    entry,
    `import { survivesClosedPipe } from ${JSON.stringify(resolve('src/cli/closed-pipe'))};
     ${guarded ? 'survivesClosedPipe(process.stdout);' : 'void survivesClosedPipe;'}
     for (let i = 0; i < 50_000; i++) process.stdout.write('line ' + i + ' of many\\n');
     process.on('exit', (code) => process.stderr.write('ended with ' + code));`,
  );
  execFileSync(resolve('node_modules/.bin/esbuild'), [entry, '--bundle', '--platform=node', `--outfile=${outfile}`, '--log-level=error']);
  return outfile;
}

const headOf = (file: string) => spawnSync('sh', ['-c', `"${process.execPath}" "${file}" | head -n 1`], { encoding: 'utf8' });

it('a reader that leaves ends the output quietly, with code 0', () => {
  const { stdout, stderr } = headOf(program(true));
  expect(stdout).toBe('line 0 of many\n');
  expect(stderr).toBe('ended with 0');
});

it('which is what it is for: without it there is a stack', () => {
  expect(headOf(program(false)).stderr).toContain('EPIPE');
});
