import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createPublish, type PublishDeps } from '../../src/activities/publish';
import { auditStore } from '../../src/adapters/audit';
import { verifyingKey } from '../../src/adapters/ledger';
import { verifyRelease } from '../../src/adapters/releases';
import type { PublishInput } from '../../src/contracts/activities';
import type { ArtifactRefs } from '../../src/contracts/artifacts';
import { MANIFEST_PAYLOAD, type Envelope } from '../../src/contracts/envelope';
import type { Manifest } from '../../src/contracts/manifest';
import type { RefreshSummary } from '../../src/contracts/run';
import { digestOf, openEnvelope, sha256Hex, verifyManifest } from '../../src/core/audit';
import { DENSITY_ROWS } from '../../src/core/clustering/density/stored';
import { freshHome } from '../support/home';
import { projectOf, publishDeps, runUpToReport } from '../support/publish-run';

const publish = (deps: PublishDeps, input: PublishInput): Promise<RefreshSummary> =>
  new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') }).run(() =>
    createPublish(deps).publishRelease(input),
  );
const POINTS = [
  'publish:start',
  'publish:written',
  'publish:committed',
  'publish:entered',
  'publish:delivered',
  'publish:recorded',
  'publish:done',
];

describe('publishRelease', () => {
  let home: string;
  let deps: PublishDeps;
  beforeEach(() => {
    home = freshHome();
    deps = publishDeps(home);
  });
  const types = async (): Promise<unknown[]> => (await publishDeps(home).ledger.read()).map(({ type }) => type);

  it('commits, delivers, writes ledger, lineage, manifest and run record', async () => {
    const { run, inputOf } = await runUpToReport(deps);
    const summary = await publish(deps, inputOf(null));
    expect(summary).toMatchObject({ runId: run.runId, release: 1, outcome: 'published', personas: 2 });
    expect(summary.stages.map(({ stage }) => stage).slice(-2)).toEqual(['report', 'publish']);
    const commit = (await deps.releases.current('shop', 'prod'))!;
    expect(commit).toMatchObject({
      n: 1,
      runId: run.runId,
      digest: summary.digest,
      manifest: summary.manifest,
      actor: 'ana',
    });
    expect(await verifyRelease(commit, deps.artifacts)).toEqual([]);
    expect(readdirSync(join(home, 'published', 'shop', 'prod'))).toEqual(['1', 'current']);
    expect(await types()).toEqual(['release.committed', 'release.published', 'run.finished']);
    const envelope = JSON.parse(readFileSync(join(home, 'runs', run.runId, 'manifest.dsse.json'), 'utf8')) as Envelope;
    const sealed = openEnvelope(envelope, MANIFEST_PAYLOAD, (await verifyingKey(home))!);
    expect(sha256Hex(sealed!)).toBe(summary.manifest.sha256);
    expect((await deps.ledger.read()).at(-1)).toMatchObject({ body: { envelope: digestOf(envelope) } });
    expect(
      readFileSync(join(home, 'lineage', `${run.runId}.ndjson`), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(20);
    expect(await deps.runs.read(run.runId)).toMatchObject({
      status: 'succeeded',
      release: 1,
      outcome: 'published',
      manifest: summary.manifest,
    });
    const manifest = JSON.parse(readFileSync(join(home, 'runs', run.runId, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest).toEqual(await deps.artifacts.readJson(summary.manifest));
    verifyManifest(manifest);
  });

  it('its manifest counts no group of fewer than kMin customers', async () => {
    const { inputOf } = await runUpToReport(deps);
    const { manifest } = await publish(deps, inputOf(null));
    const { selection } = (await deps.artifacts.readJson<Manifest>(manifest)).facts.results.decisions as { selection: { candidates: unknown[] } };
    expect(selection.candidates).toEqual([
      {
        k: 2,
        inertia: 1.5,
        sizes: [null, null],
        shares: [null, null],
        unassigned: 0,
        gates: [{ gate: 'minCustomers', passed: false, evidence: 'smallest cluster fewer than 11 customers, at least 9 asked' }],
        rejectedStarts: [],
        why: 'only fewer than 11 customers',
      },
    ]);
  });

  it('neither lists nor delivers the rows of a density: only the model names them', async () => {
    const { run, stages, inputOf } = await runUpToReport(deps);
    const rows = await deps.artifacts.writeJson(DENSITY_ROWS, { format: 1, rows: [[0.25]], labels: [0], coreDistances: null, exitDistances: null });
    const density = { method: 'dbscan', k: 1, cols: 1, means: [[0.25]], eps: 1, minSamples: 2, clusters: [0], rowsAt: rows };
    const model = await deps.artifacts.writeJson('clustering.model', { format: 3, solution: { kind: 'density', density } });
    const more = { selection: { [DENSITY_ROWS]: rows }, clustering: { 'clustering.model': model } } as Partial<Record<string, ArtifactRefs>>;
    const withRows = stages.map((result) => ({ ...result, outputs: { ...result.outputs, ...more[result.stage] } }));
    await publish(deps, { ...inputOf(null), stages: withRows });
    const commit = (await deps.releases.current('shop', 'prod'))!;
    expect(Object.keys(commit.artifacts)).toContain('selection.report');
    expect(JSON.stringify(commit)).not.toContain(rows.sha256);
    const { facts } = await deps.artifacts.readJson<Manifest>(commit.manifest);
    expect(JSON.stringify(facts)).not.toContain(rows.sha256);
    expect(await verifyRelease(commit, deps.artifacts)).toEqual([]);
    const lineage = readFileSync(join(home, 'lineage', `${run.runId}.ndjson`), 'utf8');
    expect(lineage).not.toContain('density_rows');
    rmSync(join(home, 'objects', 'sha256', rows.sha256.slice(0, 2), rows.sha256.slice(2)));
    expect(await verifyRelease(commit, deps.artifacts)).toEqual([expect.stringMatching(/rows of its density: object .* is not in the store/)]);
  });

  it.each(POINTS)('publishes once when it dies at %s and is tried again by another process', async (point) => {
    const { run, inputOf } = await runUpToReport(deps);
    const undisturbed = freshHome();
    const elsewhere = publishDeps(undisturbed);
    const expected = await publish(elsewhere, (await runUpToReport(elsewhere)).inputOf(null));
    const dying = publishDeps(home, {
      fault: (at) => {
        if (at === point) throw new Error(`died at ${at}`);
      },
    });
    await expect(publish(dying, inputOf(null))).rejects.toThrow(`died at ${point}`);
    const again = publishDeps(home);
    const summary = await publish(again, inputOf(null));
    expect(summary).toMatchObject({
      release: 1,
      outcome: 'published',
      digest: expected.digest,
      resultDigest: expected.resultDigest,
    });
    const commits = await again.releases.list('shop', 'prod');
    expect(commits).toHaveLength(1);
    expect(summary.manifest).toEqual(commits[0].manifest);
    expect(await verifyRelease(commits[0], again.artifacts)).toEqual([]);
    expect(await types()).toEqual(['release.committed', 'release.published', 'run.finished']);
    expect(readdirSync(join(home, 'published', 'shop', 'prod'))).toEqual(['1', 'current']);
    expect(await again.runs.read(run.runId)).toMatchObject({ status: 'succeeded', manifest: commits[0].manifest });
    const events = readFileSync(join(home, 'lineage', `${run.runId}.ndjson`), 'utf8')
      .trim()
      .split('\n');
    expect(events).toHaveLength(20);
  });

  it('has the release in the ledger while a target is down, so that an audit finds nothing wrong', async () => {
    const { run, inputOf } = await runUpToReport(deps);
    const down = publishDeps(home, {
      sinksOf: () => [{ name: 'down', deliver: () => Promise.reject(new Error('no answer')) }],
    });
    for (const _ of [1, 2]) await expect(publish(down, inputOf(null))).rejects.toThrow('no answer');
    const commit = (await deps.releases.current('shop', 'prod'))!;
    expect(await deps.ledger.read()).toMatchObject([
      {
        type: 'release.committed',
        actor: 'ana',
        reason: 'first look',
        at: commit.at,
        subject: 'shop/prod/1',
        body: { release: 1, runId: run.runId, commitSha256: digestOf(commit), digest: commit.digest, resultDigest: commit.resultDigest },
      },
    ]);
    // The run has given up: nobody is going to say more of its release.
    await deps.runs.update(run.runId, { status: 'failed' });
    const { problems } = await auditStore({ home });
    expect(problems.filter(({ object }) => object.startsWith('release'))).toEqual([]);
    await publish(publishDeps(home), inputOf(null));
    expect(await types()).toEqual(['release.committed', 'release.published', 'run.finished']);
  });

  it('enters a commit that another run left without an entry, and adds none to one of before there was this entry', async () => {
    const { inputOf } = await runUpToReport(deps);
    const dying = publishDeps(home, {
      fault: (at) => {
        if (at === 'publish:committed') throw new Error('died');
      },
    });
    await expect(publish(dying, inputOf(null))).rejects.toThrow('died');
    const other = await runUpToReport(publishDeps(home), { attemptId: 't2' });
    await publish(publishDeps(home), other.inputOf(null));
    expect(await types()).toEqual(['release.committed', 'release.unchanged', 'run.finished']);

    const old = publishDeps(freshHome());
    const first = await runUpToReport(old);
    const { append } = old.ledger;
    old.ledger.append = (entry) => (entry.type === 'release.committed' ? Promise.resolve({ seq: 0 }) : append.call(old.ledger, entry));
    await publish(old, first.inputOf(null));
    old.ledger.append = append;
    await publish(old, (await runUpToReport(old, { attemptId: 't2' })).inputOf(null));
    expect((await old.ledger.read()).map(({ type }) => type)).toEqual(['release.published', 'run.finished', 'release.unchanged', 'run.finished']);
  });

  it('gives a release that is delivered nowhere one entry', async () => {
    const { inputOf } = await runUpToReport(deps);
    const input = inputOf(null);
    await publish(deps, { ...input, run: { ...input.run, turn: { parentRelease: null, promote: false } } });
    expect(await types()).toEqual(['release.committed', 'run.finished']);
  });

  const OTHER_OUTCOMES = POINTS.flatMap((point) => [['scratch', point] as const, ['unchanged', point] as const]);
  // A scratch run delivers nothing.
  it.each(OTHER_OUTCOMES.filter(([outcome, point]) => outcome !== 'scratch' || point !== 'publish:entered'))(
    'writes one manifest and one set of ledger entries for a run that is %s, when it dies at %s and is tried again later',
    async (outcome, point) => {
      await publish(deps, (await runUpToReport(deps)).inputOf(null));
      const before = await types();
      const { run, inputOf } = await runUpToReport(deps, { attemptId: 't2', scratch: outcome === 'scratch' });
      const dying = publishDeps(home, {
        fault: (at) => {
          if (at === point) throw new Error(`died at ${at}`);
        },
      });
      await expect(publish(dying, inputOf(null))).rejects.toThrow(`died at ${point}`);
      // An hour later: every observation that is made anew would differ.
      const later = publishDeps(home, { now: () => Date.UTC(2024, 1, 1, 3) });
      expect(await publish(later, inputOf(null))).toMatchObject({ outcome });
      const own = outcome === 'scratch' ? ['run.finished'] : ['release.unchanged', 'run.finished'];
      expect(await types()).toEqual([...before, ...own]);
      const objects = readdirSync(join(home, 'objects'), { recursive: true, withFileTypes: true });
      const manifests = objects
        .filter((entry) => entry.isFile())
        .filter((entry) => {
          const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
          return text.includes('"observations":') && text.includes(`"runId":"${run.runId}"`);
        });
      expect(manifests).toHaveLength(1);
    },
  );

  it('gives a second run of the same thing the same digests and no second release', async () => {
    const first = await publish(deps, (await runUpToReport(deps)).inputOf(null));
    const again = publishDeps(home);
    const { run, stages, inputOf } = await runUpToReport(again, { attemptId: 't2' });
    const parent = await createPublish(again).resolveParent({ run, stages });
    expect(parent).toEqual({ parentRelease: null, artifacts: {} });
    const second = await publish(again, inputOf(parent.parentRelease));
    expect(second).toMatchObject({
      runId: 'shop-prod-2024-01-31-2',
      release: 1,
      outcome: 'unchanged',
      digest: first.digest,
      resultDigest: first.resultDigest,
    });
    expect(await again.releases.list('shop', 'prod')).toHaveLength(1);
    expect(await types()).toEqual(['release.committed', 'release.published', 'run.finished', 'release.unchanged', 'run.finished']);
  });

  it('keeps digests when only places change, and the result digest when the source file does', async () => {
    const digests: [string, string][] = [];
    for (const options of [{}, { project: { engine: { threads: 7 } } }, { source: '8' }]) {
      const other = publishDeps(freshHome());
      const { digest, resultDigest } = await publish(other, (await runUpToReport(other, options)).inputOf(null));
      digests.push([digest, resultDigest]);
    }
    const [plain, placed, shuffled] = digests;
    expect(placed).toEqual(plain);
    expect(shuffled[0]).not.toBe(plain[0]);
    expect(shuffled[1]).toBe(plain[1]);
  });

  it('records inputs, parent and results by hash, each output with what it was made from', async () => {
    await publish(deps, (await runUpToReport(deps)).inputOf(null));
    const next = await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't2', source: '8' });
    const { parentRelease, artifacts } = await createPublish(deps).resolveParent(next);
    expect(parentRelease).toBe(1);
    expect(Object.keys(artifacts).sort()).toEqual(['parent.memberships', 'parent.personas', 'parent.release']);
    expect(await deps.artifacts.readJson(artifacts['parent.release'])).toEqual({ release: 1 });
    const { facts } = await deps.artifacts.readJson<Manifest>((await publish(deps, next.inputOf(1))).manifest);
    expect(facts.inputs.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'transactions orders.csv',
      'extract extract.report',
      'parent parent.memberships',
      'parent parent.personas',
    ]);
    expect(facts.parentRelease).toBe(1);
    const names = new Set([
      ...facts.results.outputs.map(({ name }) => name),
      ...facts.inputs.map(({ name }) => name),
      'source.transactions',
    ]);
    for (const { from } of facts.results.outputs) for (const name of from) expect(names).toContain(name);
    expect(facts.results.outputs.find(({ name }) => name === 'personas.personas')?.from).toEqual(
      expect.arrayContaining(['features.features', 'parent.personas']),
    );
    expect(JSON.stringify(facts.results.decisions)).not.toContain('centroids');
  });

  it('gives a run of an earlier release the parent of that release, whatever came since', async () => {
    await publish(deps, (await runUpToReport(deps)).inputOf(null));
    await publish(deps, (await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't2', source: '8' })).inputOf(1));
    await publish(deps, (await runUpToReport(deps, { asOf: '2024-02-02', attemptId: 't3', source: '9' })).inputOf(2));
    const again = await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't4', source: '8' });
    const { parentRelease } = await createPublish(deps).resolveParent(again);
    expect(parentRelease).toBe(1);
    const { digest } = await deps.releases.read('shop', 'prod', 2);
    expect(await publish(deps, again.inputOf(parentRelease))).toMatchObject({
      release: 2,
      outcome: 'unchanged',
      digest,
    });
    const reprocessed = await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't5', source: '8', reprocess: 1 });
    expect((await createPublish(deps).resolveParent(reprocessed)).parentRelease).toBe(3);
  });

  it('commits a late run of an earlier day as superseded, and leaves current where it is', async () => {
    await publish(deps, (await runUpToReport(deps, { asOf: '2024-02-02' })).inputOf(null));
    const late = await publish(deps, (await runUpToReport(deps, { asOf: '2024-02-01', attemptId: 't2' })).inputOf(1));
    expect(late).toMatchObject({ release: 2, outcome: 'superseded' });
    expect((await deps.releases.current('shop', 'prod'))?.n).toBe(1);
    expect(await types()).toEqual(['release.committed', 'release.published', 'run.finished', 'release.committed', 'release.superseded', 'run.finished']);
  });

  it('refuses a run whose personas were matched to a release that is no longer current', async () => {
    await publish(deps, (await runUpToReport(deps)).inputOf(null));
    const { inputOf } = await runUpToReport(deps, { attemptId: 't2', source: '8' });
    await expect(publish(deps, inputOf(null))).rejects.toMatchObject({ code: 'RELEASE_MOVED' });
    expect(await deps.releases.list('shop', 'prod')).toHaveLength(1);
  });

  it('keeps the manifest of a scratch run, and releases nothing', async () => {
    const { inputOf } = await runUpToReport(deps, { scratch: true });
    const summary = await publish(deps, inputOf(null));
    expect(summary).toMatchObject({ runId: 'shop-prod-2024-01-31-scratch-1', release: null, outcome: 'scratch' });
    expect(await deps.releases.list('shop', 'prod')).toEqual([]);
    expect(readdirSync(home)).not.toContain('published');
    expect(await types()).toEqual(['run.finished']);
  });

  it('keeps customer-level values out of ledger, lineage, manifest and run record', async () => {
    const { run, inputOf } = await runUpToReport(deps);
    const summary = await publish(deps, inputOf(null));
    const folders = ['ledger', 'lineage', 'releases/shop/prod', `runs/${run.runId}`, `runs/${run.runId}/manifests`];
    const written = folders.flatMap((folder) =>
      readdirSync(join(home, folder), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFileSync(join(home, folder, name), 'utf8')),
    );
    // c_01 … c_20 are the customers, HYPERLINK is in a cell of one of them
    for (const text of [...written, JSON.stringify(summary)]) expect(text).not.toMatch(/c_\d\d|HYPERLINK/);
  });

  it('keeps the resolved project without places under the name of its digest', async () => {
    const { run, inputOf } = await runUpToReport(deps);
    const { facts } = await deps.artifacts.readJson<Manifest>((await publish(deps, inputOf(null))).manifest);
    expect(facts.config).toMatchObject({ digest: run.configDigest, resolved: { sha256: run.configDigest } });
    expect(projectOf().config.project).toBe(facts.project);
  });
});
