import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { PipelineError } from '../../contracts/errors';
import { isAlive, processId, type ProcessId } from '../processes';
import type { TemporalCli } from './resolve-cli';
import type { ServerFiles } from './server-files';

const HOST = '127.0.0.1';
const READY_MS = 60_000;
const TERM_MS = 10_000;
const LOG_BYTES = 5_000_000;
/** Below the ports that systems hand out to outgoing connections, so that the port of a stopped server stays free. */
const PORT_BASE = 20_000;
const PORT_SPAN = 5_000;
const UI_OFFSET = 5_000;
/** All the server needs of our environment; keys and passwords are none of its business. */
const ENVIRONMENT = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'TZ'];

export const addressOf = (port: number): string => `${HOST}:${port}`;
export const uiPortOf = (port: number): number => port + UI_OFFSET;

/** The first choice of a home that has had no server yet: always the same for the same folder. */
export function preferredPort(folder: string): number {
  return PORT_BASE + (createHash('sha256').update(folder).digest().readUInt32BE(0) % PORT_SPAN);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, HOST, () => server.close(() => done(true)));
  });
}

/** The first free port from `first` on. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + 100; port += 1) if (await isFree(port)) return port;
  throw new PipelineError(
    'TEMPORAL_UNREACHABLE',
    `ports ${first} to ${first + 99} are all taken: stop what uses them, or set TEMPORAL_ADDRESS`,
  );
}

/** Whether a Temporal server that knows its default namespace answers there. */
export async function answers(address: string, timeoutMs: number): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: timeoutMs });
    const { workflowService } = connection;
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      workflowService.describeNamespace({ namespace: 'default' }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/** Waits until the server answers. @returns false if it died or took too long. */
export async function waitUntilReady(
  server: ProcessId,
  address: string,
  timeoutMs: number = READY_MS,
): Promise<boolean> {
  for (const giveUp = Date.now() + timeoutMs; Date.now() < giveUp; await sleep(100)) {
    if (!isAlive(server)) return false;
    if (await answers(address, 2_000)) return true;
  }
  return false;
}

/** The log is appended to by the server itself, so it can only be turned over between two servers. */
function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, 'a');
}

/** The last lines the server wrote, for error messages. */
export function logTail(files: ServerFiles): string {
  try {
    return readFileSync(files.log, 'utf8').trimEnd().split('\n').slice(-3).join('\n').slice(-600);
  } catch {
    return '';
  }
}

/**
 * Starts a dev server on the home's database file, in a process group of its own: Ctrl-C in the terminal reaches the client first, which
 * still needs the server to end its run. Does not wait for it to be ready.
 */
export function launch(cli: TemporalCli, files: ServerFiles, port: number, uiPort: number | null): Promise<ProcessId> {
  const args = ['server', 'start-dev', '--ip', HOST, '--port', String(port), '--db-filename', files.database];
  // The default rollback journal syncs several times per write; WAL with NORMAL loses nothing when the process is killed.
  args.push('--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal', '--log-level', 'error');
  args.push(...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']));
  const env = Object.fromEntries(
    ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const log = openLog(files.log);
  return new Promise<ProcessId>((started, failed) => {
    const child = spawn(cli.path, args, {
      cwd: files.folder,
      detached: true,
      env,
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
    child.once('spawn', () => started(processId(child.pid ?? 0)));
    child.once('error', (error) =>
      failed(new PipelineError('TEMPORAL_UNREACHABLE', `the Temporal server did not start: ${error.message}`)),
    );
    child.unref();
  }).finally(() => closeSync(log));
}

/** Ends the server in good order, or by force after ten seconds. Returns when it is gone. */
export async function terminate(server: ProcessId): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isAlive(server)) return;
    process.kill(server.pid, signal);
    for (const giveUp = Date.now() + TERM_MS; Date.now() < giveUp && isAlive(server);) await sleep(25);
  }
}
