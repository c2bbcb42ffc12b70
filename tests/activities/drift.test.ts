import { challenge } from '../../src/activities/challenge';
import { createFindChampion } from '../../src/activities/champion';
import { drift } from '../../src/activities/drift';
import { createDecideMode } from '../../src/activities/mode';
import { prepare } from '../../src/activities/prepare';
import { createInlineCompute } from '../../src/adapters/compute/inline';
import type { ArtifactRef, ArtifactRefs } from '../../src/contracts/artifacts';
import type { ChallengeReport, DriftReport, ModeRule } from '../../src/contracts/drift';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { RunContext } from '../../src/contracts/run';
import type { Champion } from '../../src/core/drift';
import { createBench } from './clean-support';
import { featuresSelect, makeFeatures, makePersonas, projectOf, type Made } from './personas-support';

const CUSTOMERS = 900;
const FITTED = '2024-12-31';
const config = projectOf({ model: ['recency_days', 'frequency', 'monetary'] });

describe('drift', () => {
  const bench = createBench(2, createInlineCompute());
  let fitted: Made;
  beforeAll(async () => {
    fitted = await makePersonas(bench, config, await makeFeatures(bench, featuresSelect(CUSTOMERS)));
  });
  afterAll(() => bench.dispose());

  /** The stage on a day whose features are made by a SELECT over those of the fit. */
  async function measured(select: string, options: { asOf?: string; champion?: Partial<Champion>; without?: string } = {}) {
    const all = await makeFeatures(bench, select);
    const report = await bench.artifacts.readJson<{ features: { name: string }[] }>(all['features.report']);
    const features = options.without
      ? { ...all, 'features.report': await bench.artifacts.writeJson('features.report', { ...report, features: report.features.filter(({ name }) => name !== options.without) }) }
      : all;
    const champion: Champion = { release: 4, fittedAsOf: FITTED, sameSettings: true, ...options.champion };
    const inputs: ArtifactRefs = {
      ...features,
      'model.champion': await bench.artifacts.writeJson('model.champion', champion),
      'model.features': fitted.inputs['features.features'],
      'model.model': fitted.inputs['clustering.model'],
      'model.personas': fitted.output.outputs['personas.personas'],
    };
    const output = await bench.stage(drift, config, inputs, { asOf: options.asOf ?? '2025-01-10' });
    return { output, report: await bench.artifacts.readJson<DriftReport>(output.outputs['drift.report']) };
  }
  const base = featuresSelect(CUSTOMERS);
  const changed = (column: string, to: string): string => `SELECT * REPLACE (${to} AS ${column}) FROM (${base}) ORDER BY pid`;

  it('finds none on the same customers, and scores', async () => {
    const { report, output } = await measured(base);
    expect(report.customers).toEqual({ reference: CUSTOMERS, current: CUSTOMERS, both: CUSTOMERS });
    expect(report.features.map(({ feature, psi, ks, mean, alarms }) => [feature, psi, ks, mean?.change, alarms])).toEqual(
      ['recency_days', 'frequency', 'monetary'].map((name) => [name, 0, 0, 0, []]),
    );
    expect(report.fit!.personas.map(({ reference, current }) => current - reference)).toEqual([0, 0, 0]);
    expect(report.fit!.far.current).toBe(report.fit!.far.reference);
    expect(report.choice).toMatchObject({ mode: 'score', reasons: [{ rule: 'fresh' }] });
    expect(output.facts).toMatchObject({ mode: 'score', drift: [{ feature: 'recency_days', psi: 0 }, { feature: 'frequency', psi: 0 }, { feature: 'monetary', psi: 0 }] });
    expect(output.warnings).toEqual([]);
  });

  it('finds a shift of a tenth among the same customers, and refits', async () => {
    const { report, output } = await measured(changed('monetary', '(monetary * 1.1)::DECIMAL(38, 4)'));
    expect(report.features[2].mean!.change).toBeGreaterThan(0.08);
    expect(report.choice.mode).toBe('refit');
    expect(report.choice.reasons.map(({ rule }) => rule)).toContain('drift');
    expect(output.warnings.join()).toMatch(/^.*: .*mean \+/);
  });

  it('finds customers that went from one persona to another, and fewer customers', async () => {
    // every second of the last group buys like the first; half of the second group is gone
    const { report } = await measured(`
      SELECT * REPLACE (
        CASE WHEN recency_days >= 250 AND right(pid, 1)::INTEGER % 2 = 0 THEN 10 ELSE recency_days END AS recency_days,
        CASE WHEN recency_days >= 250 AND right(pid, 1)::INTEGER % 2 = 0 THEN 20 ELSE frequency END AS frequency,
        CASE WHEN recency_days >= 250 AND right(pid, 1)::INTEGER % 2 = 0 THEN 4500 ELSE monetary END AS monetary)
      FROM (${base}) WHERE NOT (frequency BETWEEN 3 AND 7) ORDER BY pid`);
    const rules = report.choice.reasons.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['drift', 'customers', 'sizes']));
    expect(report.fit!.personas.reduce((sum, { current }) => sum + current, 0)).toBeCloseTo(1, 12);
  });

  it('refits a model of other settings or too old, and says so beside the drift', async () => {
    const { report } = await measured(base, { asOf: '2025-03-01', champion: { sameSettings: false } });
    expect(report.choice.reasons.map(({ rule }) => rule)).toEqual(['settings', 'age']);
    expect(report.findings).toEqual([]);
  });

  it('refits where the model reads a feature that is no longer made', async () => {
    const { report, output } = await measured(base, { without: 'frequency' });
    expect(report).toMatchObject({ fit: null, features: [], customers: { both: null }, unplaceable: 'the model reads frequency, which the project no longer has' });
    expect(report.choice).toMatchObject({ mode: 'refit', reasons: [{ rule: 'unplaceable' }] });
    expect(output.facts.drift).toEqual([]);
  });

  it('writes the same bytes again, and nothing of a single customer', async () => {
    const [first, second] = [await measured(changed('monetary', '(monetary * 1.2)::DECIMAL(38, 4)')), await measured(changed('monetary', '(monetary * 1.2)::DECIMAL(38, 4)'))];
    expect(second.output.outputs['drift.report'].sha256).toBe(first.output.outputs['drift.report'].sha256);
    expect(JSON.stringify(first.report)).not.toMatch(/c_\d{6}/);
  });

  it('is part of the preparation, whose key does not depend on it', () => {
    expect([drift.stage, drift.part]).toEqual(['prepare', 'drift']);
    expect(prepare.reads).not.toContain('drift.report');
  });
});

describe('the challenge', () => {
  const bench = createBench(2);
  afterAll(() => bench.dispose());

  /** `moved` customers of 20 are in another persona than before; two are new, two are gone, one had none. */
  async function judged(moved: number, { jaccard = 0.9, before = 0.9 as number | null, passed = true } = {}) {
    const selection = (meanJaccard: number | null) => bench.artifacts.writeJson('selection.report', { candidates: [{ status: 'lost', meanJaccard: 1 }, { status: 'chosen', meanJaccard, gates: [{ gate: 'minShare', passed, evidence: '' }] }] });
    const members = (select: string) => bench.inSession((session) => session.save('personas.memberships', `SELECT * FROM (${select}) ORDER BY pid`));
    const model = await bench.artifacts.writeJson('clustering.model', {});
    const inputs: ArtifactRefs = {
      'selection.report': await selection(jaccard),
      'model.selection': await selection(before),
      'clustering.model': model,
      'model.model': model,
      'parent.memberships': await members(`SELECT 'c' || range AS pid, CASE WHEN range < 10 THEN 'a' ELSE 'b' END AS persona_key FROM range(22) UNION ALL SELECT 'none', NULL`),
      'personas.memberships': await members(`SELECT 'c' || range AS pid, CASE WHEN range < ${moved} THEN CASE WHEN range = 0 THEN NULL ELSE 'b' END WHEN range < 10 THEN 'a' ELSE 'b' END AS persona_key FROM range(20) UNION ALL SELECT unnest(['new1', 'new2', 'none']), 'a'`),
    };
    const output = await bench.stage(challenge, config, inputs);
    return { output, report: await bench.artifacts.readJson<ChallengeReport>(output.outputs['challenge.report']) };
  }

  it('counts customers of both releases who had a persona, and those who keep it', async () => {
    const { report, output } = await judged(4);
    expect(report).toMatchObject({ customers: 20, kept: 16, verdict: { winner: 'challenger' } });
    expect(output).toMatchObject({ facts: { winner: 'challenger' }, warnings: [] });
  });

  it('is lost with fewer, with a failed gate, or with less stability, and warns', async () => {
    const few = await judged(5);
    expect(few.report.verdict).toMatchObject({ winner: 'champion', approvable: true });
    expect(few.output.facts).toEqual({ winner: 'champion', approvable: true, kept: 15, of: 20 });
    const failed = await judged(0, { passed: false });
    expect(failed.report.verdict).toMatchObject({ winner: 'champion', approvable: false });
    expect(failed.output.facts).not.toHaveProperty('approvable');
    const { output } = await judged(0, { jaccard: 0.8 });
    expect(output.facts.winner).toBe('champion');
    expect(output.warnings).toEqual(['The current model scores on: the new one does not take over: mean Jaccard 0.80, of the current model 0.90; 0.05 less is let pass.']);
    expect((await judged(0, { before: null })).report.verdict.winner).toBe('challenger');
  });
});

describe('the decision in auto mode', () => {
  const NAMES = ['clustering.model', 'prepare.preprocessing', 'selection.report', 'clustering.check', 'clustering.second', 'personas.personas', 'personas.memberships', 'features.features', 'features.report'];
  const ref = (kind: string): ArtifactRef => ({ kind, sha256: kind, bytes: 1, rows: null });
  const release = { n: 4, asOf: FITTED, manifest: ref('run.manifest'), artifacts: Object.fromEntries(NAMES.map((name) => [name, ref(name)])) };

  const decided = (choice: DriftReport['choice'] | null) => {
    const documents: Readonly<Record<string, unknown>> = { 'run.manifest': { facts: { asOf: FITTED } }, 'drift.report': { choice, model: { release: 4, fittedAsOf: FITTED } } };
    const artifacts = { readJson: <T>({ kind }: ArtifactRef) => Promise.resolve(documents[kind] as T), writeJson: (kind: string) => Promise.resolve(ref(kind)) };
    const decide = createDecideMode({ artifacts, releases: { read: () => Promise.resolve(release) } as never });
    const measured = choice && ({ outputs: { 'drift.report': ref('drift.report') } } as never);
    return decide({ run: { mode: 'auto', project: 'p', environment: 'prod' } as RunContext, stages: [], drift: measured });
  };
  const because = (...rules: ModeRule[]): DriftReport['choice'] => ({ mode: 'refit', reasons: rules.map((rule) => ({ rule, evidence: `of ${rule}` })) });

  it('is a refit without a contest before the first release', async () => {
    expect(await decided(null)).toEqual({ mode: 'refit', because: 'auto: there is no model yet' });
  });

  it('scores with the model that was measured against', async () => {
    const decision = await decided({ mode: 'score', reasons: [{ rule: 'fresh', evidence: 'young' }] });
    expect(decision).toMatchObject({ mode: 'score', because: 'auto: young', scoring: { release: 4, fittedAsOf: FITTED } });
  });

  it('lets a new model contend with the current one, which stays its parent', async () => {
    const decision = await decided(because('age', 'drift'));
    expect(decision).toMatchObject({ mode: 'refit', because: 'auto: of age; of drift', against: { scoring: { release: 4 }, artifacts: { 'model.selection': ref('selection.report') } } });
    expect(decision.mode === 'refit' && Object.keys(decision.against!.parent)).toEqual(['parent.memberships', 'parent.personas', 'parent.release']);
  });

  it.each(['settings', 'unplaceable'] as const)('knows no contest with a model that is not to be applied (%s)', async (rule) => {
    expect(await decided(because('age', rule))).toEqual({ mode: 'refit', because: `auto: of age; of ${rule}` });
  });
});

describe('the champion', () => {
  const ref = (kind: string, sha256: string): ArtifactRef => ({ kind, sha256, bytes: 1, rows: null });
  const documents = new Map<string, unknown>();
  const json = (kind: string, value: unknown): ArtifactRef => {
    const sha = `${kind}-${documents.size}`;
    documents.set(sha, value);
    return ref(kind, sha);
  };
  const artifacts = {
    readJson: <T>({ sha256 }: ArtifactRef): Promise<T> => Promise.resolve(documents.get(sha256) as T),
    writeJson: (kind: string, value: unknown): Promise<ArtifactRef> => Promise.resolve(json(kind, value)),
  };
  const settings = (seed: number) => json('project.resolved', { config: { features: {}, prepare: {}, modeling: { seed }, objective: { granularity: { min: 2, max: 5 } } }, sql: {} });
  const resolved = settings(0);
  const release = (n: number, asOf: string, model: string, over: { scoring?: { fittedAsOf: string }; promoted?: boolean; resolved?: ArtifactRef } = {}): ReleaseCommit =>
    ({
      n,
      asOf,
      promoted: over.promoted ?? true,
      manifest: json('run.manifest', { facts: { asOf, config: { resolved: over.resolved ?? resolved }, ...(over.scoring && { scoring: { release: 1, sha256: model, ...over.scoring } }) } }),
      artifacts: { 'clustering.model': ref('clustering.model', model), 'personas.personas': ref('personas.personas', `p${n}`), 'features.features': ref('features.features', `f${n}`) },
    }) as unknown as ReleaseCommit;

  const find = async (commits: readonly ReleaseCommit[], asOf = '2026-03-10', own = resolved) => {
    const releases = { list: () => Promise.resolve(commits) } as never;
    const found = await createFindChampion({ artifacts, releases })({ run: { project: 'p', environment: 'prod', asOf, resolved: own } as RunContext });
    return found && { ...(await artifacts.readJson<Champion>(found['model.champion'])), features: found['model.features'].sha256, personas: found['model.personas'].sha256 };
  };

  it('is nobody before the first release', async () => {
    expect(await find([])).toBeNull();
  });

  it('is the newest promoted release of an earlier day: a run of a released day finds what the first one found', async () => {
    const first = release(1, '2026-03-01', 'a');
    const same = release(2, '2026-03-10', 'b');
    expect(await find([first])).toEqual(await find([first, same]));
    expect(await find([first, release(2, '2026-03-05', 'b', { promoted: false })])).toMatchObject({ release: 1 });
    expect(await find([release(1, '2026-03-08', 'a'), release(2, '2026-03-05', 'b')])).toMatchObject({ release: 2 });
  });

  it('is compared with what its model was fitted to, however often that was applied', async () => {
    const commits = [release(1, '2026-03-01', 'a'), release(2, '2026-03-02', 'a', { scoring: { fittedAsOf: '2026-03-01' } }), release(3, '2026-03-03', 'a', { scoring: { fittedAsOf: '2026-03-01' } })];
    expect(await find(commits)).toEqual({ release: 3, fittedAsOf: '2026-03-01', sameSettings: true, features: 'f1', personas: 'p3' });
    // its fit is not to be found: its own customers, the age is still that of the model
    expect(await find(commits.slice(2))).toMatchObject({ fittedAsOf: '2026-03-01', features: 'f3' });
  });

  it('has other settings where features, preparation or modeling are configured otherwise', async () => {
    const commits = [release(1, '2026-03-01', 'a')];
    expect(await find(commits, '2026-03-10', settings(0))).toMatchObject({ sameSettings: true });
    expect(await find(commits, '2026-03-10', settings(1))).toMatchObject({ sameSettings: false });
  });
});
