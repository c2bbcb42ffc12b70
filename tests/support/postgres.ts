import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { freePort } from './free-port';
import { freshHome } from './home';
import { postgresBin } from './services';

export interface PostgresServer {
  /** Connection URL of the owner. */
  readonly url: string;
  query<T extends QueryResultRow = QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  stop(): void;
}

const PASSWORD = 'not-in-any-message';

/** The server refuses to run as root. */
function otherUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const [, , uid, gid] = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** A cluster of its own in a temporary folder, on a free loopback port. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = postgresBin();
  const user = otherUser();
  const folder = join(freshHome(), 'pg');
  mkdirSync(folder);
  const passwords = join(folder, 'password');
  writeFileSync(passwords, PASSWORD);
  if (user) {
    chmodSync(join(folder, '..'), 0o755);
    for (const path of [folder, passwords]) chownSync(path, user.uid, user.gid);
  }
  const run = (program: string, ...args: string[]): void => {
    const { status, stderr } = spawnSync(join(bin, program), args, { ...user, cwd: folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  };
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-U', 'owner', '--auth=scram-sha-256', `--pwfile=${passwords}`, '-E', 'UTF8', '--no-sync');
  const port = await freePort();
  const options = `-c fsync=off -c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder}`;
  run('pg_ctl', '-D', data, '-w', '-t', '60', '-l', join(folder, 'log'), '-o', options, 'start');
  const url = `postgres://owner:${PASSWORD}@127.0.0.1:${port}/postgres`;
  return {
    url,
    query: (sql, values) => querying(url, sql, values),
    stop: () => run('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop'),
  };
}

/** One statement over a connection of its own. */
export async function querying<T extends QueryResultRow>(url: string, sql: string, values: unknown[] = []): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
