import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { filesNaming } from '../support/customer-search';
import { createStore } from './people-support';
import { dramatis, edit, makeShop, query, removeFolders, succeed, temporaryFolder, type RunJson } from './support';

/** The customer of these tests: its number in the export is its e-mail address. */
const JANE = 'jane.doe@example.org';
jest.setTimeout(600_000);

describe('people, the gate and erasure, from the command line', () => {
  let project: string;
  let env: NodeJS.ProcessEnv;
  let store: ReturnType<typeof createStore>;
  beforeAll(async () => {
    project = await makeShop(700);
    env = { XDG_CONFIG_HOME: temporaryFolder() };
    store = createStore(join(project, '.dramatis'));
    edit(join(project, 'dramatis.yaml'), (text) => `${text}\ngate: { enabled: true, sizeJump: 0 }\n`);
    await renameCustomer(project);
    await succeed(['actor', 'add', 'ada', '--role', 'approver', '-p', project], { env });
    for (const [name, role] of [
      ['abe', 'approver'],
      ['eve', 'engineer'],
    ])
      await succeed(['actor', 'add', name!, '--role', role!, '--actor', 'ada', '-p', project], { env });
  });
  afterAll(removeFolders);

  const run = (...args: readonly string[]) => dramatis(['run', '-p', project, '--json', ...args], { env });
  const errorOf = (stdout: string) => (JSON.parse(stdout) as { error: { code: string; details: { runId: string } } }).error;

  it('refuses a start by who may not, releases the first by rule, and holds the second', async () => {
    const refused = await run('--actor', 'ada', '--as-of', '2026-06-23');
    expect([refused.code, errorOf(refused.stdout).code]).toEqual([8, 'ACTOR_FORBIDDEN']);
    const first = await run('--actor', 'eve', '--as-of', '2026-06-23');
    expect(first.code).toBe(0);
    expect(store.release(1).approval).toMatchObject({ approver: 'gate/first-release', signed: null });
    const second = await run('--actor', 'eve', '--as-of', '2026-06-30');
    expect([second.code, errorOf(second.stdout).code]).toEqual([7, 'RELEASE_HELD']);
    expect(store.releases()).toEqual(['1.json']);
    expect(store.ledger().filter(({ type }) => type === 'action.refused')).toMatchObject([
      { actor: 'ada', body: { action: 'start', code: 'ACTOR_FORBIDDEN' } },
    ]);
  });

  it('releases what an approver signed, after one who may not was refused', async () => {
    const { runId, hold } = store.held();
    const answer = ['-p', project, '--reason', 'looked at the report', '--yes', '--json'];
    const refused = await dramatis(['approve', runId, '--actor', 'eve', ...answer], { env });
    expect([refused.code, errorOf(refused.stdout).code]).toEqual([8, 'ACTOR_FORBIDDEN']);
    const approved = (await succeed(['approve', runId, '--actor', 'abe', ...answer], { env })).json<{ release: number; digest: string }>();
    expect(approved).toMatchObject({ release: 2, digest: hold.digest });
    expect(store.release(2)).toMatchObject({
      digest: hold.digest,
      approval: { approver: 'abe', signed: { statement: { run: runId, digest: hold.digest, reason: 'looked at the report' } } },
    });
    const decisions = store.ledger().filter(({ type }) => /^(action\.refused|release\.(approved|published))$/.test(type));
    expect(decisions.map(({ type, actor }) => [type, actor])).toEqual([
      ['action.refused', 'ada'],
      ['release.published', 'eve'],
      ['action.refused', 'eve'],
      ['release.approved', 'abe'],
      ['release.published', 'eve'],
    ]);
  });

  it('says everything about a customer, then nothing, anywhere', async () => {
    const who = ['--customer', JANE, '--reason', 'request of 3 July', '-p', project, '--json', '--actor'];
    const known = (await succeed(['gdpr', 'access', ...who, 'abe'], { env })).json<{
      pid: string;
      releases: { release: number; features: { value: unknown }[] }[];
    }>();
    expect(known.releases.map(({ release }) => release)).toEqual([1, 2]);
    expect(known.releases[0]!.features.filter(({ value }) => value !== null).length).toBeGreaterThan(5);
    const { pid } = known;
    expect(await filesNaming([store.home, join(project, 'out')], [JANE, pid])).not.toEqual([]);

    expect(await dramatis(['gdpr', 'erase', ...who, 'eve', '--yes'], { env })).toMatchObject({ code: 8 });
    const typo = await dramatis(
      ['gdpr', 'erase', '--customer', 'joan.doe@example.org', '--reason', 'x', '--actor', 'abe', '--yes', '-p', project, '--json'],
      { env },
    );
    expect([typo.code, errorOf(typo.stdout).code]).toEqual([4, 'CUSTOMER_NOT_FOUND']);
    const erased = (await succeed(['gdpr', 'erase', ...who, 'abe', '--yes'], { env })).json<{
      objects: number;
      releases: number[];
      left: string[];
    }>();
    expect(erased).toMatchObject({ releases: [1, 2], left: [] });
    expect(erased.objects).toBeGreaterThan(10);

    expect(await filesNaming([store.home, join(project, 'out')], [JANE, pid])).toEqual([]);
    const [entry] = store.ledger().filter(({ type }) => type === 'erasure');
    expect(entry).toMatchObject({ actor: 'abe', body: { signature: expect.any(String), statement: { objects: expect.any(Array) } } });
    expect(await dramatis(['gdpr', 'access', ...who, 'abe'], { env })).toMatchObject({ code: 4 });
    const twice = (await succeed(['gdpr', 'erase', ...who, 'abe', '--yes'], { env })).json<{ objects: number; entry: number | null }>();
    expect(twice).toMatchObject({ objects: 0, entry: null });
    expect(store.ledger().filter(({ type }) => type === 'erasure')).toHaveLength(1);
    // Nobody else is gone: one member less in each release.
    const [left] = await query<{ n: string }>(`SELECT count(*) AS n FROM read_parquet('${join(project, 'out', '2', 'customer_personas.parquet')}')`);
    expect(Number(left!.n)).toBe(store.members(2) - 1);
  });

  it('still verifies, saying what was erased by record; a replay says that it cannot be', async () => {
    const audit = await dramatis(['audit', 'verify', '-p', project, '--json'], { env });
    const { problems, notes } = JSON.parse(audit.stdout) as { problems: unknown[]; notes: string[] };
    expect(problems).toEqual([]);
    expect(notes.filter((note) => note.includes('erased-by-record')).length).toBeGreaterThan(5);
    const finished = store.ledger().find(({ type }) => type === 'run.finished') as unknown as { subject: string };
    const replay = (await succeed(['audit', 'replay', finished.subject, '-p', project, '--json', '--actor', 'abe'], { env })).json<{ verdict: string; left: string[] }>();
    expect(replay.verdict).toBe('not-replayable (erased)');
    expect(replay.left).toContain('personas.memberships');
  }, 120_000);

  it('does not bring the customer back, though the export still has it', async () => {
    const again = await run('--actor', 'eve', '--as-of', '2026-06-30', '--scratch');
    expect(again.code).toBe(0);
    const { stages } = JSON.parse(again.stdout) as RunJson;
    expect(stages.find(({ stage }) => stage === 'extract')).toMatchObject({ reused: false });
    expect(await filesNaming([store.home, join(project, 'out')], [JANE])).toEqual([]);
  });
});

/** Give one customer of the exports its address for a number. */
async function renameCustomer(project: string): Promise<void> {
  const transactions = join(project, 'data', 'transactions');
  const [buyer] = await query<{ id: string }>(`
    SELECT customer_no AS id FROM read_parquet('${transactions}/*.parquet') WHERE customer_no IS NOT NULL AND ordered_at < '2026-01-01' AND quantity > 0
    GROUP BY customer_no ORDER BY count(DISTINCT order_no) DESC, customer_no LIMIT 1`);
  for (const name of readdirSync(transactions)) {
    const path = join(transactions, name);
    await query(
      `COPY (SELECT * REPLACE (CASE WHEN customer_no = '${buyer!.id}' THEN '${JANE}' ELSE customer_no END AS customer_no) FROM read_parquet('${path}')) TO '${path}.new' (FORMAT parquet)`,
    );
    renameSync(`${path}.new`, path);
  }
  edit(join(project, 'data', 'customers.csv'), (text) => text.replaceAll(new RegExp(`^${buyer!.id},`, 'gm'), `${JANE},`));
}
