import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const scripts = resolve(__dirname, '../../scripts');
const { commandOf } = jest.requireActual<{ commandOf(args: readonly string[]): string[] }>('../../scripts/start.js');
const { countsOf, conclude } = jest.requireActual<{
  countsOf(report: object): { passed: number; failed: number; skipped: number };
  conclude(runs: readonly { passed: number; failed: number; skipped: number }[]): number;
}>('../../scripts/lib/jest-runs.js');
const { withLock } = jest.requireActual<{
  withLock<T>(path: string, work: () => Promise<T>, options?: { timeoutMs?: number }): Promise<T>;
}>('../../scripts/lib/lock.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dramatis-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it.each([
    [[], ['example', 'shop', '--run']],
    [
      ['--example', 'online-retail'],
      ['example', 'online-retail', '--run'],
    ],
    [
      ['--example=online-retail', '--data', 'dir'],
      ['example', 'online-retail', '--run', '--data', 'dir'],
    ],
    [['--json'], ['example', 'shop', '--run', '--json']],
  ])('with %j runs dramatis %j', (args, expected) => expect(commandOf(args)).toEqual(expected));

  /** A program that notes every signal, and ends with code 7 at the first one after a moment in which a second could come. */
  const child = (notes: string): string => `
    const { appendFileSync } = require('node:fs');
    for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => { appendFileSync(${JSON.stringify(notes)}, s + ' '); setTimeout(() => process.exit(7), 400); });
    appendFileSync(${JSON.stringify(notes)}, 'up ');
    setInterval(() => {}, 1000);`;

  async function interrupted(signals: readonly NodeJS.Signals[]): Promise<{ notes: string; code: number | null }> {
    const notes = join(folder, 'notes');
    writeFileSync(join(folder, 'child.js'), child(notes));
    const code = `require(${JSON.stringify(join(scripts, 'start.js'))}).runForwarding(process.execPath, [${JSON.stringify(join(folder, 'child.js'))}]).then((c) => process.exit(c))`;
    const parent = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    const ended = new Promise<number | null>((done) => parent.once('exit', done));
    while (!existsSync(notes)) await sleep(20);
    for (const signal of signals) {
      parent.kill(signal);
      await sleep(30);
    }
    const exit = await ended;
    return { notes: readFileSync(notes, 'utf8'), code: exit };
  }

  it('hands a signal on and ends with the exit code of the program', async () => {
    expect(await interrupted(['SIGTERM'])).toEqual({ notes: 'up SIGTERM ', code: 7 });
  });

  it('hands on one Ctrl-C where terminal and npm both send it', async () => {
    expect(await interrupted(['SIGINT', 'SIGINT'])).toEqual({ notes: 'up SIGINT ', code: 7 });
  });
});

describe('npm test', () => {
  it('counts a test file that could not be loaded as a failure', () => {
    const report = { numPassedTests: 3, numFailedTests: 1, numPendingTests: 2, numRuntimeErrorTestSuites: 1 };
    expect(countsOf(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it('ends with one line of sums, and fails if anything failed or nothing ran', () => {
    const written: string[] = [];
    const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const stderr = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const codes = [
      conclude([
        { passed: 3, failed: 0, skipped: 1 },
        { passed: 4, failed: 0, skipped: 0 },
      ]),
      conclude([{ passed: 3, failed: 2, skipped: 0 }]),
      conclude([{ passed: 0, failed: 0, skipped: 0 }]),
    ];
    stdout.mockRestore();
    stderr.mockRestore();
    expect(written).toEqual(['7 passed, 0 failed\n', '3 passed, 2 failed\n', '0 passed, 0 failed\n']);
    expect(codes).toEqual([0, 1, 1]);
  });
});

describe('a lock', () => {
  it('lets one in at a time and goes away', async () => {
    const path = join(folder, 'lock');
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await sleep(30);
      inside -= 1;
    };
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a dead process, and not from a living one', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, '4194305'); // beyond the largest process id of Linux
    await expect(withLock(path, () => Promise.resolve('in'))).resolves.toBe('in');
    writeFileSync(path, String(process.ppid));
    await expect(withLock(path, () => Promise.resolve('in'), { timeoutMs: 300 })).rejects.toThrow(String(process.ppid));
  });
});
