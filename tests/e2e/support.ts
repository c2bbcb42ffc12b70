import { DuckDBInstance } from '@duckdb/node-api';
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tableOf } from '../support/report-text';

const MAIN = resolve('dist/cli/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON. */
  json<T>(): T;
}

/** Run the compiled program to its end. Temporal of the environment is left out: each store gets its own embedded server. */
export function dramatis(args: readonly string[], { env = {}, onStderr }: { env?: NodeJS.ProcessEnv; onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void } = {}): Promise<Outcome> {
  const { TEMPORAL_ADDRESS: _address, TEMPORAL_PROFILE: _profile, ...inherited } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...inherited, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    onStderr?.(stderr, (signal) => child.kill(signal));
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T }));
  });
}

/** Start the program and leave it running; the caller ends it. */
export function startDramatis(args: readonly string[], env: NodeJS.ProcessEnv = {}): { readonly child: ChildProcess; readonly text: () => string } {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, NO_COLOR: '1', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const collect = (chunk: Buffer): void => void (text += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { child, text: () => text };
}

export async function until(what: string, holds: () => boolean, timeout = 30_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeout / 1000} s`);
    await new Promise((again) => setTimeout(again, 50));
  }
}

/** Rows of a query over published files, by an engine of its own. */
export async function query<T>(sql: string): Promise<T[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as T[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** As `dramatis`, but a failure is thrown with everything that was printed. */
export async function succeed(args: readonly string[], options: Parameters<typeof dramatis>[1] = {}): Promise<Outcome> {
  const outcome = await dramatis(args, options);
  if (outcome.code !== 0) throw new Error(`dramatis ${args.join(' ')} ended with ${outcome.code}\n${outcome.stderr}\n${outcome.stdout}`);
  return outcome;
}

const folders: string[] = [];
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dramatis-e2e-'));
  folders.push(folder);
  return folder;
}
export const removeFolders = (): void => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
};

/** A small shop as a project of its own; its exports are generated once per test file and copied. */
export async function makeShop(customers = 1500): Promise<string> {
  const folder = join(temporaryFolder(), 'shop');
  await succeed(['example', 'shop', '--customers', String(customers), '--seed', '3', folder]);
  // Groups of 50 customers are much of so small a shop; two algorithms compete as four would, in less time.
  edit(join(folder, 'dramatis.yaml'), (text) =>
    text.replace(/modeling:\n  algorithms: .*\n/, 'modeling:\n  algorithms: [kmeans, hierarchical]\n  sizeGates: { minCustomers: 10 }\n'),
  );
  return folder;
}

export function copyProject(project: string): string {
  const folder = join(temporaryFolder(), 'shop');
  mkdirSync(folder);
  cpSync(project, folder, { recursive: true, filter: (path) => !path.endsWith('.dramatis') && !path.endsWith('/out') });
  return folder;
}

export const edit = (file: string, change: (text: string) => string): void => {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`the edit of ${file} changes nothing`);
  writeFileSync(file, after);
};

export interface Shown {
  readonly digest: string;
  readonly resultDigest: string;
  readonly status: string;
  readonly release: number | null;
  readonly outcome: string;
  readonly attempts: number;
  readonly failure: { readonly code: string; readonly message: string; readonly stage: string } | null;
  readonly stages: readonly { readonly stage: string; readonly reused: boolean; readonly attempt: number; readonly rowsOut: number | null; readonly outputs: Record<string, { readonly sha256: string }> }[];
}

export interface RunJson {
  readonly run: string;
  readonly outcome: string;
  readonly digest: string;
  readonly resultDigest: string;
  readonly release: number | null;
  readonly personas: readonly { readonly key: string; readonly name: string; readonly customers: number; readonly share: number; readonly revenueShare: number }[];
  readonly stages: readonly { readonly stage: string; readonly reused: boolean; readonly attempt: number; readonly rowsIn: number | null; readonly rowsOut: number | null }[];
  readonly truth: { readonly adjustedRand: number; readonly planted: { readonly adjustedRand: number } } | null;
}

/** What a published report says of each persona's stability, without the figure: `stable`, `pattern`, `not to be trusted`, or that it was not measured. */
export const stabilityShown = (report: string): string[] =>
  tableOf(readFileSync(report, 'utf8'), 'Stability of each persona')
    .slice(1)
    .map(([, shown]) => shown.replace(/ · [\d.]+$/, ''));

export const STABILITIES = /^(stable|pattern|not to be trusted)$/;
