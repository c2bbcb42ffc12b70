import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import {
  startEmbeddedServer,
  type EmbeddedServer,
  type ServerEvent,
} from '../../../src/adapters/temporal/embedded-server';
import { ensureNamespace } from '../../../src/adapters/temporal/namespace';
import { isAlive, processId } from '../../../src/adapters/processes';
import type { ServerRecord } from '../../../src/adapters/temporal/server-files';

let home: string;
let events: ServerEvent[];
const servers: EmbeddedServer[] = [];

async function start(): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ home, onEvent: (event) => events.push(event) });
  servers.push(server);
  return server;
}
const record = (): ServerRecord => JSON.parse(readFileSync(join(home, 'temporal/server.json'), 'utf8')) as ServerRecord;
async function until(condition: () => boolean): Promise<void> {
  for (const giveUp = Date.now() + 30_000; !condition(); await sleep(50))
    if (Date.now() > giveUp) throw new Error('waited in vain');
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dramatis home '));
  events = [];
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  rmSync(home, { recursive: true, force: true });
});

it('starts a server that answers, in a process group of its own, and stops it', async () => {
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(server.address).toMatch(/^127\.0\.0\.1:2\d{4}$/);
  const connection = await Connection.connect({ address: server.address });
  await connection.close();
  // Field 5 of /proc/<pid>/stat is the process group, after "<pid> (temporal) S <parent>": its own id when it leads one.
  if (process.platform === 'linux')
    expect(readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(' ')[4]).toBe(String(server.pid));
  await server.stop();
  expect(isAlive({ pid: server.pid, ticks: null })).toBe(false);
  expect(record().process).toBeNull();
});

it('keeps data and port over a restart', async () => {
  const first = await start();
  const before = await Connection.connect({ address: first.address });
  await ensureNamespace(before, 'kept');
  await before.close();
  await first.stop();
  const second = await start();
  expect(second.address).toBe(first.address);
  expect(second.pid).not.toBe(first.pid);
  const after = await Connection.connect({ address: second.address });
  const { config } = await after.workflowService.describeNamespace({ namespace: 'kept' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  await after.close();
});

it('gives two starters at once the same server, and the last to leave stops it', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.pid).toBe(two.pid);
  expect([one.adopted, two.adopted].sort()).toEqual([false, true]);
  await one.stop();
  expect(isAlive(processId(two.pid))).toBe(true);
  expect(events.map(({ type }) => type)).toContain('left-running');
  await two.stop();
  expect(isAlive({ pid: two.pid, ticks: null })).toBe(false);
});

it('brings back a killed server on the same port', async () => {
  const server = await start();
  const { pid, address } = server;
  process.kill(pid, 'SIGKILL');
  await until(() => events.some(({ type }) => type === 'restarted'));
  expect(server.pid).not.toBe(pid);
  expect(server.address).toBe(address);
  const connection = await Connection.connect({ address });
  await connection.close();
});

it('adopts a server whose starter is gone, and then stops it at the end', async () => {
  const orphaned = await start();
  // The starter of this server was killed: no living user is noted any more.
  rmSync(join(home, 'temporal/users'), { recursive: true });
  const heir = await start();
  expect(heir.adopted).toBe(true);
  expect(heir.pid).toBe(orphaned.pid);
  await heir.stop();
  expect(isAlive({ pid: heir.pid, ticks: null })).toBe(false);
});

it('takes over the lock of a starter that died', async () => {
  const server = await start();
  await server.stop();
  // 2^22 is the largest process id Linux gives out, so no such process exists.
  writeFileSync(join(home, 'temporal/server.lock'), JSON.stringify({ pid: 4_194_305, ticks: 1 }));
  const next = await start();
  expect(next.adopted).toBe(false);
});

it('leaves alone a newcomer that got the process id of the last server', async () => {
  const first = await start();
  await first.stop();
  const newcomer = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const { pid, ticks } = processId(newcomer.pid ?? 0);
  // The last server had the same id, but started at another time.
  const file = join(home, 'temporal/server.json');
  writeFileSync(file, JSON.stringify({ ...record(), process: { pid, ticks: (ticks ?? 0) + 1 } }));
  const second = await start();
  expect(second.adopted).toBe(false);
  expect(isAlive({ pid, ticks })).toBe(true);
  newcomer.kill('SIGKILL');
});

it('moves to another port, and says so, when a program took its own', async () => {
  const first = await start();
  await first.stop();
  const port = Number(first.address.split(':')[1]);
  const squatter = await new Promise<Server>((done) => {
    const server = createServer().listen(port, '127.0.0.1', () => done(server));
  });
  const second = await start();
  expect(second.address).not.toBe(first.address);
  expect(events).toContainEqual({ type: 'port-changed', from: port, to: Number(second.address.split(':')[1]) });
  await new Promise((done) => squatter.close(done));
});

it('fails with TEMPORAL_UNREACHABLE and the end of its log when the server cannot start', async () => {
  const path = join(home, 'broken-cli');
  writeFileSync(path, '#!/bin/sh\necho disk is on fire >&2\nexit 1\n', { mode: 0o755 });
  const failure = startEmbeddedServer({ home, cli: { path, version: '0.0.0' } });
  await expect(failure).rejects.toMatchObject({
    code: 'TEMPORAL_UNREACHABLE',
    message: expect.stringContaining('disk is on fire') as string,
  });
});
