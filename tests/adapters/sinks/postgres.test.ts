import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { createArtifactStore } from '../../../src/adapters/artifacts';
import { createPostgresSink, type PostgresSinkOptions } from '../../../src/adapters/sinks';
import { publishConfig, type TargetOf } from '../../../src/config/publish';
import type { ReleaseCommit } from '../../../src/contracts/manifest';
import type { ArtifactStore } from '../../../src/core/ports';
import { bundle } from '../../support/bundle';
import { freshHome } from '../../support/home';
import { PERSONAS, releaseOf, type Member } from '../../support/members';
import { startPostgres, type PostgresServer } from '../../support/postgres';
import { duck, publishedArtifacts } from '../../support/published';
import { describeWithPostgres } from '../../support/services';

const member = (pid: string, persona: 0 | 1, country: string | null = 'UK'): Member => ({ pid, persona, country });
const many = (count: number, persona: (i: number) => 0 | 1): Member[] => Array.from({ length: count }, (_, i) => member(`c_${i}`, persona(i)));

describeWithPostgres('PostgreSQL sink', () => {
  let server: PostgresServer;
  let home: string;
  let artifacts: ArtifactStore;
  let schema: string;
  let schemas = 0;

  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.stop());
  beforeEach(() => {
    home = freshHome();
    artifacts = createArtifactStore(home);
    schema = `crm_${++schemas}`;
  });

  const targetOf = (more: object = {}): TargetOf<'postgres'> => {
    const target = { name: 'crm', type: 'postgres', connection: { env: 'CRM_URL' }, schema, ...more };
    return publishConfig.parse({ targets: [target] }).targets[0] as TargetOf<'postgres'>;
  };
  const sinkOf = (more: object = {}, options: Partial<PostgresSinkOptions> = {}) => {
    const engine = { threads: 1, memoryLimit: '500MB', temporary: join(home, 'duckdb') };
    return createPostgresSink({ target: targetOf(more), url: () => server.url, kMin: 1, artifacts, engine, vault: null, ...options });
  };
  const people = () => server.query(`SELECT pid, persona_key FROM ${schema}.customer_personas ORDER BY pid`);
  const sent = (members: readonly Member[]) => members.map(({ pid, persona }) => ({ pid, persona_key: PERSONAS[persona] }));
  const tables = async () =>
    (await server.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = '${schema}_versions' ORDER BY 1`)).map(({ name }) => name);

  it('shows every table of a release with its values and types', async () => {
    const release = await releaseOf(artifacts, 1, [member('c_1', 0)], { artifacts: await publishedArtifacts(artifacts) });
    const receipt = await sinkOf().deliver(release);
    expect(receipt.files.map(({ name, rows }) => [name, rows])).toEqual([
      [`${schema}.personas`, 2],
      [`${schema}.customer_personas`, 20],
      [`${schema}.customer_features`, 20],
      [`${schema}.at_risk`, 3],
      [`${schema}.whales`, 1],
    ]);
    const features = await server.query(`SELECT pid, frequency, monetary::text, country_group FROM ${schema}.customer_features ORDER BY pid`);
    const path = await artifacts.path(release.artifacts['features.features']);
    const parquet = await duck(`SELECT pid, frequency, monetary::VARCHAR AS monetary, country_group FROM read_parquet('${path}') ORDER BY pid`);
    // an empty text and a null are two things: customers 7 and 6
    expect(features).toEqual(parquet);
    expect(features.slice(5, 7).map(({ country_group: country }) => country as unknown)).toEqual([null, '']);
    const personas = await server.query(`SELECT persona_key, revenue, share, born_as_of::text FROM ${schema}.personas ORDER BY persona_key`);
    expect(personas[0]).toEqual({ persona_key: 'psn_aaaaaaaa', revenue: '1234.5000', share: 0.6, born_as_of: '2024-01-31' });
    expect(await server.query(`SELECT release, project, as_of::text FROM ${schema}.current_release`)).toEqual([
      { release: '1', project: 'shop', as_of: '2024-01-31' },
    ]);
  });

  it('sends only what differs from the release it holds, and ends with the same table', async () => {
    const first = many(2000, () => 0);
    const second = many(2001, (i) => (i % 400 === 0 ? 1 : 0)).slice(3);
    const all = await sinkOf().deliver(await releaseOf(artifacts, 1, first));
    const delta = await sinkOf().deliver(await releaseOf(artifacts, 2, second));
    // customer 0 is gone with 1 and 2; 400, 800, 1200, 1600 moved, 2000 is new
    expect(delta.delta).toEqual({ base: 1, added: 1, changed: 4, removed: 3, unchanged: 1993 });
    const bytes = ({ files }: typeof all) => files.find(({ name }) => name.endsWith('customer_personas'))!.bytes;
    expect(bytes(delta)).toBeLessThan(bytes(all) / 50);
    expect(await people()).toEqual(sent([...second].sort((a, b) => (a.pid < b.pid ? -1 : 1))));
  });

  it('sends nothing the second time, and finds the receipt of a delivery whose answer was lost', async () => {
    const release = await releaseOf(artifacts, 1, [member('c_1', 0)]);
    const receipt = await sinkOf().deliver(release);
    const [{ oid }] = await server.query(`SELECT '${schema}_versions.customer_personas_1'::regclass::oid AS oid`);
    expect(await sinkOf().deliver(release)).toEqual(receipt);
    expect(await server.query(`SELECT '${schema}_versions.customer_personas_1'::regclass::oid AS oid`)).toEqual([{ oid }]);
  });

  it('refuses a release before the one it holds, and takes none that is not promoted', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 3, [member('c_3', 0)]));
    expect(await sinkOf().deliver(await releaseOf(artifacts, 2, [member('c_2', 0)]))).toMatchObject({ status: 'refused', held: 3 });
    expect(await sinkOf().deliver(await releaseOf(artifacts, 4, [member('c_4', 0)], { promoted: false }))).toMatchObject({ status: 'not-promoted' });
    expect(await people()).toEqual(sent([member('c_3', 0)]));
  });

  it('refuses a schema that holds another project', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    const other = await releaseOf(artifacts, 2, [member('c_2', 0)], { project: 'shoes' });
    await expect(sinkOf().deliver(other)).rejects.toMatchObject({ code: 'SINK_OCCUPIED', message: expect.stringContaining(schema) });
    expect(await people()).toEqual(sent([member('c_1', 0)]));
  });

  it('sends everything where its table is not what it was', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, many(5, () => 0)));
    await server.query(`DELETE FROM ${schema}_versions.customer_personas_1 WHERE pid = 'c_2'`);
    await sinkOf().deliver(await releaseOf(artifacts, 2, many(6, () => 0)));
    expect(await people()).toEqual(sent(many(6, () => 0)));
  });

  it('keeps the tables of as many releases as asked for, and drops older ones', async () => {
    for (let n = 1; n <= 4; n++) await sinkOf({ keep: 2, tables: ['personas', 'customer_personas'] }).deliver(await releaseOf(artifacts, n, many(n, () => 0)));
    expect(await tables()).toEqual(['customer_personas_3', 'customer_personas_4', 'head', 'personas_3', 'personas_4', 'receipts', 'tables']);
    expect(await server.query(`SELECT release FROM ${schema}_versions.receipts ORDER BY release`)).toHaveLength(4);
  });

  it('changes the columns of a view, and leaves its readers their right', async () => {
    await sinkOf({ tables: ['customer_personas', 'customer_features'] }).deliver(await releaseOf(artifacts, 1, [member('c_01', 0)]));
    await server.query(`CREATE ROLE reader_${schema}; GRANT USAGE ON SCHEMA ${schema} TO reader_${schema}; GRANT SELECT ON ${schema}.customer_personas TO reader_${schema}`);
    const wider = await releaseOf(artifacts, 2, [member('c_01', 0)], { artifacts: await publishedArtifacts(artifacts) });
    await sinkOf({ tables: ['customer_personas'] }).deliver(wider);
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query(`SET ROLE reader_${schema}`);
      const { rows } = await client.query<{ pid: string; probability: number }>(`SELECT pid, probability FROM ${schema}.customer_personas LIMIT 1`);
      expect(rows).toEqual([{ pid: 'c_01', probability: 0.75 }]);
      await expect(client.query(`SELECT * FROM ${schema}_versions.customer_personas_2`)).rejects.toThrow(/permission denied/);
    } finally {
      await client.end();
    }
    // a table the target no longer gets: its view stays, and is empty
    expect(await server.query(`SELECT * FROM ${schema}.customer_features`)).toEqual([]);
  });

  it('removes what a killed delivery left even where another release comes next', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, many(5, () => 0)));
    const fault = (point: string) => {
      if (point === 'postgres:views') throw new Error('killed');
    };
    await expect(sinkOf({}, { fault }).deliver(await releaseOf(artifacts, 2, many(6, () => 0)))).rejects.toThrow('killed');
    expect(await people()).toHaveLength(5);
    await sinkOf().deliver(await releaseOf(artifacts, 3, many(7, () => 0)));
    expect(await people()).toHaveLength(7);
    expect((await tables()).filter((name) => name.endsWith('_2'))).toEqual([]);
  });

  it.each(['postgres:customer_personas', 'postgres:filled', 'postgres:views'])(
    'leaves nothing of a delivery that is killed at %s, and a retry delivers once',
    async (point) => {
      await sinkOf().deliver(await releaseOf(artifacts, 1, many(50, () => 0)));
      const release = await releaseOf(artifacts, 2, many(60, () => 1));
      const before = await tables();
      const input = join(home, 'input.json');
      writeFileSync(input, JSON.stringify({ target: targetOf(), commit: release }));
      const env = { ...process.env, NODE_PATH: resolve('node_modules') };
      const { signal } = spawnSync(process.execPath, [bundle('tests/support/deliver-postgres.ts'), home, server.url, input, point], { env });
      expect(signal).toBe('SIGKILL');
      expect(await people()).toEqual(sent([...many(50, () => 0)].sort((a, b) => (a.pid < b.pid ? -1 : 1))));
      if (point === 'postgres:customer_personas') expect(await tables()).toEqual(before);
      expect(await sinkOf().deliver(release)).toMatchObject({ status: 'delivered', delta: { base: 1, added: 10, changed: 50, removed: 0 } });
      expect(await people()).toHaveLength(60);
      expect(await tables()).toEqual([...before, ...before.filter((name) => name.endsWith('_1')).map((name) => name.replace('_1', '_2'))].sort());
    },
    60_000,
  );

  it('rolls back when its connection is cut in the middle of COPY', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, many(10, () => 0)));
    // Two points before, the backend is told to end; the next thing sent to it meets a closed connection.
    const cut = async () => server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dramatis'`);
    let cutting: Promise<unknown> | undefined;
    const fault = (point: string) => void (cutting ??= point === 'postgres:personas' ? cut() : undefined);
    const release = await releaseOf(artifacts, 2, many(20_000, () => 1));
    await expect(sinkOf({}, { fault }).deliver(release)).rejects.toMatchObject({ code: 'SINK_UNREACHABLE' });
    await cutting;
    expect(await people()).toHaveLength(10);
    expect(await sinkOf().deliver(release)).toMatchObject({ status: 'delivered' });
  }, 60_000);

  it('never shows readers a mixed release, in a query or in a snapshot', async () => {
    // Every release has all customers in one persona and one country, named alike: a reader that sees two of anything saw two releases.
    const at = async (n: number): Promise<ReleaseCommit> =>
      releaseOf(artifacts, n, Array.from({ length: 40 + n }, (_, i) => member(`c_${i}`, (n % 2) as 0 | 1, `release ${n}`)));
    await sinkOf({ keep: 2 }).deliver(await at(1));
    let [reads, again, done] = [0, 0, false];
    const mixed: unknown[] = [];
    const reader = async (isolation: string): Promise<void> => {
      const client = new Client({ connectionString: server.url });
      await client.connect();
      while (!done) {
        try {
          await client.query(`BEGIN ISOLATION LEVEL ${isolation}`);
          const joined = await client.query<Record<string, string>>(
            `SELECT min(f.country_group) AS low, max(f.country_group) AS high, count(*) AS n, count(DISTINCT p.persona_key) AS personas, (SELECT release FROM ${schema}.current_release) AS release
             FROM ${schema}.customer_features AS f JOIN ${schema}.customer_personas AS p USING (pid)`,
          );
          const alone = await client.query<Record<string, string>>(`SELECT count(*) AS n, (SELECT release FROM ${schema}.current_release) AS release FROM ${schema}.customer_personas`);
          await client.query('COMMIT');
          const [a, b] = [joined.rows[0], alone.rows[0]];
          const whole = a.low === `release ${a.release}` && a.high === a.low && a.personas === '1' && Number(a.n) === 40 + Number(a.release);
          const aloneWhole = Number(b.n) === 40 + Number(b.release) && (isolation === 'READ COMMITTED' || b.release === a.release);
          if (!whole || !aloneWhole) mixed.push({ isolation, a, b });
          reads += 2;
        } catch (error) {
          // Only a snapshot can outlive its release: a statement with one of its own is never turned away.
          if ((error as { code?: string }).code !== '40001' || isolation === 'READ COMMITTED') throw error;
          again++;
          await client.query('ROLLBACK');
        }
      }
      await client.end();
    };
    const readers = Array.from({ length: 10 }, (_, i) => reader(i % 2 === 0 ? 'READ COMMITTED' : 'REPEATABLE READ'));
    try {
      for (let n = 2; n <= 9; n++) await sinkOf({ keep: 2 }).deliver(await at(n));
    } finally {
      done = true;
      await Promise.all(readers);
    }
    expect(mixed).toEqual([]);
    expect(reads).toBeGreaterThan(200);
    process.stderr.write(`8 releases, ${reads} reads by 10 readers: 0 mixed, ${again} told to begin again\n`);
  }, 120_000);

  it('gives up for now where a reader keeps a view locked, and leaves what it held', async () => {
    await sinkOf().deliver(await releaseOf(artifacts, 1, [member('c_1', 0)]));
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query(`BEGIN; SELECT * FROM ${schema}.customer_personas`);
    const release = await releaseOf(artifacts, 2, [member('c_2', 0)]);
    await expect(sinkOf({}, { patience: 500 }).deliver(release)).rejects.toMatchObject({ code: 'SINK_UNREACHABLE', details: { sqlstate: '55P03' } });
    await client.query('COMMIT');
    await client.end();
    expect(await sinkOf().deliver(release)).toMatchObject({ status: 'delivered' });
  });

  const urls: readonly (readonly [string, (url: string) => string, string])[] = [
    ['a wrong password', (url) => url.replace(/:[^:@]*@/, ':wrong-secret@'), 'SINK_REFUSED'],
    ['no such database', (url) => url.replace(/postgres$/, 'nowhere'), 'SINK_REFUSED'],
    ['nobody listening', (url) => url.replace(/:\d+\//, ':1/'), 'SINK_UNREACHABLE'],
    ['no URL', () => 'host=secret-host password=wrong-secret', 'SECRET_MISSING'],
  ];
  it.each(urls)('says what is wrong without a secret: %s', async (_, change, code) => {
    const release = await releaseOf(artifacts, 1, [member('c_1', 0)]);
    const error = await sinkOf({}, { url: () => change(server.url) }).deliver(release).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toMatch(/not-in-any-message|wrong-secret|secret-host/);
  });
});
