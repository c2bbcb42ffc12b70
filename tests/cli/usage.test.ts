import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes';
import { integer } from '../../src/cli/options';
import { ERROR_CODES } from '../../src/contracts/errors';
import { dramatis } from './support';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a whole number', () => {
  it.each(['x', '', '1.5', '1e3', '-1', ' 5', '0x10', 'NaN', '99999999999999999999'])('is not "%s"', (text) => {
    expect(() => integer(0)(text)).toThrow('Give a whole number of at least 0.');
  });

  it('lies in its range, ends included', () => {
    expect([integer(1, 5)('1'), integer(1, 5)('5')]).toEqual([1, 5]);
    expect(() => integer(1, 5)('0')).toThrow('Give a whole number from 1 to 5.');
    expect(() => integer(1, 5)('6')).toThrow('Give a whole number from 1 to 5.');
  });
});

describe('a usage error', () => {
  const WRONG: [readonly string[], RegExp][] = [
    [['runs', '--limit', 'x'], /--limit <n>' argument 'x' is invalid\. Give a whole number of at least 1/],
    [['runs', '--limit', '0'], /argument '0' is invalid/],
    [['run', '--reprocess', 'abc'], /--reprocess <n>' argument 'abc' is invalid/],
    [['plan', '--reprocess', '1.5'], /--reprocess <n>' argument '1\.5' is invalid/],
    [['personas', '--release', 'x'], /--release <n>' argument 'x' is invalid/],
    [['explain', '1', '--release', '-1'], /--release <n>' argument '-1' is invalid/],
    [['example', 'shop', '--customers', 'x', 'dir'], /--customers <n>' argument 'x' is invalid\. Give a whole number from 100 to 5000000/],
    [['example', 'shop', '--seed', 'x', 'dir'], /--seed <n>' argument 'x' is invalid\. Give a whole number of at least 0/],
    [['runs', '--nonsense'], /unknown option '--nonsense'/],
    [['nonsense'], /unknown command 'nonsense'/],
    [['show'], /missing required argument 'run'/],
    [['runs', '--limit'], /argument missing/],
  ];

  it.each(WRONG)('%j ends with 2 and says why on stderr', async (args, why) => {
    const { code, stdout, stderr } = await dramatis(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(why);
  });

  it.each(WRONG)('%j with --json is one document on stdout and nothing else', async (args, why) => {
    const { code, stdout, stderr } = await dramatis('--json', ...args);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('USAGE');
    expect(error.message).toMatch(why);
    expect(stderr).toBe('');
  });

  it('is also a command line without a command', async () => {
    expect(await dramatis()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage: dramatis') });
    const { code, stdout } = await dramatis('--json');
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 2, error: { code: 'USAGE', message: expect.stringContaining('--help') } });
  });

  it.each([['--help'], ['--version'], ['run', '--help']])('is not %j %j', async (...args) => {
    const { code, stdout, stderr } = await dramatis(...args.filter(Boolean));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toBe('');
  });
});

describe('a config error', () => {
  it('ends with 2 and names file, line and column, from validate as from plan and run', async () => {
    const text = readFileSync('examples/online-retail/dramatis.yaml', 'utf8');
    writeFileSync(join(folder, 'dramatis.yaml'), text.replace('kpis: [revenue,', 'kpis: [revenu,'));
    for (const command of ['validate', 'plan', 'run']) {
      const { code, stdout, stderr } = await dramatis(command, '-p', folder, '--home', join(folder, 'home'));
      expect([command, code, stdout]).toEqual([command, 2, '']);
      expect(stderr).toContain('CONFIG_INVALID dramatis.yaml:12:10 objective.kpis.0: "revenu"');
    }
  });

  it('has its issues as data with --json', async () => {
    writeFileSync(join(folder, 'dramatis.yaml'), 'version: 2\n');
    const { code, stdout } = await dramatis('validate', '--json', '-p', folder);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CONFIG_INVALID', details: { issues: expect.arrayContaining([{ line: 1, column: 10, path: 'version', message: expect.any(String) }]) } } });
  });

  it('is also a project that is not there, and a date that is none', async () => {
    expect((await dramatis('validate', '-p', join(folder, 'nowhere'))).code).toBe(2);
    expect((await dramatis('plan', '-p', 'examples/online-retail', '--as-of', 'yesterday', '--home', join(folder, 'home'))).code).toBe(2);
  });
});

describe('exit codes', () => {
  const documented = (text: string): number[] => [...text.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));

  it('are the same in docs/cli.md, --help and the program', async () => {
    const { stdout } = await dramatis('--help');
    const [, line] = /^Exit codes: (.*)$/m.exec(stdout) ?? [];
    const inHelp = (line ?? '').split(' · ').map((entry) => Number(/^\d+/.exec(entry)?.[0]));
    expect(inHelp).toEqual(Object.values(EXIT));
    expect(documented(readFileSync('docs/cli.md', 'utf8'))).toEqual(Object.values(EXIT));
  });

  it('of errors are among them', () => {
    const codes = Object.keys(ERROR_CODES).map(exitCodeOf);
    expect(Object.values<number>(EXIT)).toEqual(expect.arrayContaining(codes));
    expect(exitCodeOf('CONFIG_INVALID')).toBe(EXIT.usage);
  });
});
