import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { STAGES } from '../../src/contracts/stages';
import { copyProject, dramatis, edit, makeShop, query, removeFolders, startDramatis, succeed, until, type RunJson, type Shown } from './support';

interface PlanJson {
  readonly stages: readonly { readonly stage: string; readonly action: 'reuse' | 'run' | 'depends' }[];
  readonly unchangedRelease: number | null;
}

describe('a project from its first run on', () => {
  let project: string;
  let first: RunJson;
  beforeAll(async () => {
    project = await makeShop();
    first = (await succeed(['run', '-p', project, '--json'])).json<RunJson>();
  }, 120_000);
  afterAll(removeFolders);

  const run = async (): Promise<RunJson> => (await succeed(['run', '-p', project, '--json'])).json<RunJson>();
  const plan = async (): Promise<PlanJson> => (await succeed(['plan', '-p', project, '--json'])).json<PlanJson>();
  const actions = ({ stages }: PlanJson): Record<string, string> => Object.fromEntries(stages.map(({ stage, action }) => [stage, action]));
  const done = ({ stages }: RunJson): Record<string, string> => Object.fromEntries(stages.map(({ stage, reused }) => [stage, reused ? 'reuse' : 'run']));

  it('publishes a release whose shares add up to one', () => {
    expect(first).toMatchObject({ outcome: 'published', release: 1 });
    expect(first.personas.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(first.personas.reduce((sum, { revenueShare }) => sum + revenueShare, 0)).toBeCloseTo(1, 9);
    expect(new Set(first.personas.map(({ name }) => name)).size).toBe(first.personas.length);
  });

  it('reuses every stage when nothing changed, with the same digest and the same release', async () => {
    expect((await plan()).unchangedRelease).toBe(1);
    const second = await run();
    expect(second).toMatchObject({ outcome: 'unchanged', release: 1, digest: first.digest, resultDigest: first.resultDigest });
    expect(second.stages.every(({ reused }) => reused)).toBe(true);
    expect(second.run).not.toBe(first.run);
  });

  it('publishes tables that a hand-written SQL agrees with: everyone in one persona, sizes, revenue and medians', async () => {
    const table = (name: string): string => `read_parquet('${join(project, 'out', '1', `${name}.parquet`)}')`;
    const [counts] = await query(`
      SELECT count(*) AS customers, count(DISTINCT f.pid) AS people, count(m.pid) AS assigned, count(p.persona_key) AS known
      FROM ${table('customer_features')} AS f LEFT JOIN ${table('customer_personas')} AS m USING (pid) LEFT JOIN ${table('personas')} AS p USING (persona_key)`);
    const customers = String(first.personas.reduce((sum, persona) => sum + persona.customers, 0));
    expect(counts).toEqual({ customers, people: customers, assigned: customers, known: customers });
    const wrong = await query(`
      WITH hand AS (
        SELECT persona_key, count(*) AS customers, sum(monetary) AS revenue, sum(monetary) / (SELECT sum(monetary) FROM ${table('customer_features')}) AS revenue_share
        FROM ${table('customer_personas')} JOIN ${table('customer_features')} USING (pid) GROUP BY persona_key)
      SELECT * FROM hand FULL JOIN ${table('personas')} AS p USING (persona_key)
      WHERE hand.customers IS DISTINCT FROM p.customers OR hand.revenue IS DISTINCT FROM p.revenue OR abs(hand.revenue_share - p.revenue_share) > 1e-12 OR p.persona_key IS NULL`);
    expect(wrong).toEqual([]);
    const profile = JSON.parse(readFileSync(join(project, 'out', '1', 'personas.json'), 'utf8')) as { personas: { key: string; profile: { feature: string; median: number; baseMedian: number }[] }[] };
    const medians = await query<{ persona_key: string; recency: number; base: number }>(`
      SELECT persona_key, median(recency_days)::DOUBLE AS recency, (SELECT median(recency_days)::DOUBLE FROM ${table('customer_features')}) AS base
      FROM ${table('customer_personas')} JOIN ${table('customer_features')} USING (pid) GROUP BY persona_key`);
    for (const { persona_key: key, recency, base } of medians) {
      const recencyOf = profile.personas.find((persona) => persona.key === key)?.profile.find(({ feature }) => feature === 'recency_days');
      expect(recencyOf).toMatchObject({ median: Number(recency), baseMedian: Number(base) });
    }
    const [risk] = await query<{ missing: string; extra: string }>(`
      WITH hand AS (SELECT pid FROM ${table('customer_features')} WHERE frequency >= 3 AND recency_days > 2 * median_gap_days)
      SELECT (SELECT count(*) FROM hand WHERE pid NOT IN (SELECT pid FROM ${table('at_risk')})) AS missing,
        (SELECT count(*) FROM ${table('at_risk')} WHERE pid NOT IN (SELECT pid FROM hand)) AS extra`);
    expect(risk).toEqual({ missing: '0', extra: '0' });
  });

  it('shows the run, the personas and one customer', async () => {
    const shown = (await succeed(['show', first.run, '-p', project, '--json'])).json<Shown>();
    expect(shown).toMatchObject({ status: 'succeeded', digest: first.digest, resultDigest: first.resultDigest, release: 1 });
    expect(shown.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
    const personas = (await succeed(['personas', '-p', project, '--json'])).json<{ release: number; run: string; asOf: string; personas: { traits: unknown[] }[] }>();
    expect(personas).toMatchObject({ release: 1, run: first.run, asOf: '2026-06-30' });
    expect(personas.personas.every(({ traits }) => traits.length === 3)).toBe(true);
    for (const persona of personas.personas) {
      expect(Object.keys(persona)).toEqual(['key', 'name', 'customers', 'share', 'revenueShare', 'traits', 'change', 'from', 'because', 'renamed']);
      for (const trait of persona.traits) expect(Object.keys(trait as object)).toEqual(['feature', 'value', 'base', 'unit']);
    }
    const member = readFileSync(join(project, 'out', '1', 'customer_personas.csv'), 'utf8').split('\n')[1]!.split(',')[0]!.replaceAll('"', '');
    const explained = (await succeed(['explain', member, '--pseudonym', '-p', project, '--json'])).json<{ margin: number; contributions: { contribution: number }[]; history: unknown[] }>();
    // The margin of k-means is additive over the columns.
    expect(explained.contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(explained.margin, 9);
    expect(explained.history).toHaveLength(1);
  });

  it('lists the runs, newest first, and says which customer or run it does not know', async () => {
    const runs = (await succeed(['runs', '-p', project, '--json'])).json<{ runId: string }[]>();
    expect(runs.map(({ runId }) => runId)).toContain(first.run);
    expect(await dramatis(['show', 'shop-demo-2026-06-30-99', '-p', project])).toMatchObject({ code: 4, stderr: expect.stringContaining('RUN_NOT_FOUND') });
    expect(await dramatis(['explain', 'nobody', '-p', project])).toMatchObject({ code: 4, stderr: expect.stringContaining('CUSTOMER_NOT_FOUND') });
  });

  it('a scratch run publishes nothing', async () => {
    const scratch = (await succeed(['run', '--scratch', '-p', project, '--json'])).json<RunJson>();
    expect(scratch).toMatchObject({ outcome: 'scratch', release: null });
    expect(readdirSync(join(project, '.dramatis', 'releases', 'shop', 'demo'))).toEqual(['1.json']);
  });

  it('keeps the history of every run, by hash in the ledger', async () => {
    const ledger = readdirSync(join(project, '.dramatis', 'ledger')).map((file) => readFileSync(join(project, '.dramatis', 'ledger', file), 'utf8'));
    expect(ledger.filter((entry) => entry.includes('"run.archived"')).length).toBeGreaterThanOrEqual(1);
  });

  it('after a change of one feature the plan names what runs and what is reused, and the run does that', async () => {
    edit(join(project, 'features', 'habits.sql'), (text) => text.replace('(p.on_weekend + 5 * s.on_weekend) / (p.orders + 5)', '(p.on_weekend + 6 * s.on_weekend) / (p.orders + 6)'));
    const planned = actions(await plan());
    const behind = { prepare: 'depends', selection: 'depends', clustering: 'depends', personas: 'depends', report: 'depends' };
    expect(planned).toEqual({ extract: 'reuse', quality: 'reuse', clean: 'reuse', features: 'run', ...behind, publish: 'run' });
    // Other values come out of features, so everything behind it runs.
    expect(done(await run())).toEqual(Object.fromEntries(Object.entries(planned).map(([stage, action]) => [stage, action === 'depends' ? 'run' : action])));
  });

  it('explains a customer by its own number: persona, probability and runner-up as published, what was changed and removed, and its history', async () => {
    const [customer] = await query<{ customer_no: string; returns: string }>(`
      SELECT customer_no, count(*) AS n FROM read_parquet('${join(project, 'data', 'transactions', '*.parquet')}')
      WHERE customer_no IS NOT NULL AND product_code LIKE 'POST%' AND ordered_at < '2026-06-01' GROUP BY customer_no ORDER BY n DESC, customer_no LIMIT 1`);
    const explained = (await succeed(['explain', customer!.customer_no, '-p', project, '--json'])).json<{
      pid: string;
      persona: { key: string };
      runnerUp: { key: string };
      probability: number;
      removedRows: { rule: string; rows: number }[];
      changedCells: { column: string }[];
      history: { release: number; key: string }[];
    }>();
    const [published] = await query<{ persona_key: string; probability: number; runner_up_key: string }>(`
      SELECT persona_key, probability, runner_up_key FROM read_parquet('${join(project, 'out', '2', 'customer_personas.parquet')}') WHERE pid = '${explained.pid}'`);
    expect(explained.persona.key).toBe(published!.persona_key);
    expect(explained.runnerUp.key).toBe(published!.runner_up_key);
    expect(explained.probability).toBeCloseTo(Number(published!.probability), 12);
    // Postage is no product: its lines were removed, by that rule.
    expect(explained.removedRows).toContainEqual({ rule: 'nonProducts', rows: expect.any(Number) as number });
    expect(explained.history.map(({ release }) => release)).toEqual([1, 2]);
    expect(JSON.stringify(explained)).not.toContain(customer!.customer_no);
  });

  it('after a changed comment only what has that SQL runs, the hold-out among it: what is behind reads the same', async () => {
    edit(join(project, 'features', 'habits.sql'), (text) => `-- a comment\n${text}`);
    expect(actions(await plan())).toMatchObject({ features: 'run', prepare: 'depends' });
    expect(done(await run())).toMatchObject({ clean: 'reuse', features: 'run', prepare: 'reuse', selection: 'reuse', clustering: 'run' });
  });

  it('a failing blocking check leaves the last release current and says which rule and how many rows; retry goes on from there', async () => {
    const copy = copyProject(project);
    const home = join(project, '.dramatis');
    edit(join(copy, 'dramatis.yaml'), (text) => text.replace('max: 100\n      severity: block\n      maxShare: 0.001', 'max: 3\n      severity: block\n      maxShare: 0.001'));
    const before = (await succeed(['personas', '-p', project, '--json'])).json<{ release: number }>().release;
    const failed = await dramatis(['run', '-p', copy, '--home', home]);
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain('QUALITY_GATE_FAILED');
    expect(failed.stderr).toContain('quantity-is-plausible');
    expect(failed.stderr).toMatch(/[\d,]+ of [\d,]+/);
    expect((await succeed(['personas', '-p', project, '--json'])).json<{ release: number }>().release).toBe(before);

    const [latest] = (await succeed(['runs', '-p', project, '--json'])).json<{ runId: string; status: string; failure: { code: string; stage: string } }[]>();
    expect(latest).toMatchObject({ status: 'failed', failure: { code: 'QUALITY_GATE_FAILED', stage: 'quality' } });
    // Which rows: the quarantine, by rule, table and row.
    const { quarantine } = (await succeed(['show', latest!.runId, '-p', project, '--json'])).json<{ quarantine: { path: string; rows: number; first: { rule_id: string; row_id: number }[] } }>();
    const [listed] = await query<{ rows: string }>(`SELECT count(*) AS rows FROM read_parquet('${quarantine.path}') WHERE rule_id = 'quantity-is-plausible'`);
    expect(Number(listed!.rows)).toBeGreaterThan(0);
    expect(quarantine.first).toHaveLength(5);
    const retried = (await succeed(['retry', latest!.runId, '-p', project, '--json'])).json<RunJson>();
    expect(retried.run).toBe(latest!.runId);
    expect(retried.stages.find(({ stage }) => stage === 'extract')).toMatchObject({ reused: true });
    expect((await succeed(['show', latest!.runId, '-p', project, '--json'])).json<Shown>().attempts).toBe(2);
  });

  it('uses the server and the worker of "dramatis up", and leaves them running; Ctrl-C ends both', async () => {
    const up = startDramatis(['up', '-p', project]);
    try {
      await until('the worker of up is ready', () => up.text().includes('worker ready'));
      const outcome = await succeed(['run', '-p', project]);
      expect(outcome.stderr).toContain('using the worker that is running');
      expect(up.child.exitCode).toBeNull();
    } finally {
      up.child.kill('SIGINT');
    }
    await until('up has ended', () => up.child.exitCode !== null || up.child.signalCode !== null, 45_000);
    expect(up.child.exitCode).toBe(0);
    const server = JSON.parse(readFileSync(join(project, '.dramatis', 'temporal', 'server.json'), 'utf8')) as { process: unknown };
    expect(server.process).toBeNull();
  });

  it('two starts of one day that ask for the same are one run; one that asks for something else is told so', async () => {
    const copy = copyProject(project);
    const home = join(copy, '.dramatis');
    const up = startDramatis(['up', '-p', copy]);
    try {
      await until('the worker of up is ready', () => up.text().includes('worker ready'));
      const firstStart = succeed(['run', '-p', copy, '--json']);
      await until('the first run is open', () => existsSync(join(home, 'runs', 'shop-demo-2026-06-30-1', 'run.json')));
      const other = dramatis(['run', '-p', copy, '--reprocess', '1', '--json']);
      const same = succeed(['run', '-p', copy, '--json']);
      expect(await other).toMatchObject({ code: 5, stdout: expect.stringContaining('RUN_IN_PROGRESS') });
      expect((await same).json<RunJson>().run).toBe((await firstStart).json<RunJson>().run);
    } finally {
      up.child.kill('SIGINT');
      await until('up has ended', () => up.child.exitCode !== null || up.child.signalCode !== null, 45_000);
    }
  });

  it('Ctrl-C cancels cleanly: exit 130, the run recorded as cancelled, nothing published', async () => {
    const copy = copyProject(project);
    let sent = false;
    const outcome = await dramatis(['run', '-p', copy], {
      onStderr: (text, kill) => {
        if (sent || !text.includes('extract')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect(outcome.code).toBe(130);
    const [run] = (await succeed(['runs', '-p', copy, '--json'])).json<{ status: string }[]>();
    expect(run?.status).toBe('cancelled');
    const left = existsSync(join(copy, '.dramatis', 'tmp')) ? readdirSync(join(copy, '.dramatis', 'tmp'), { recursive: true }).filter((name) => /sql-|partial/.test(String(name))) : [];
    expect(left).toEqual([]);
    expect(existsSync(join(copy, '.dramatis', 'releases', 'shop', 'demo', '1.json'))).toBe(false);
  });
});
