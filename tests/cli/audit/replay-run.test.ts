import type { StageDefinition, StageOutput, StageWork, WorkerDeps } from '../../../src/activities/stage';
import { createArtifactStore, createOverlayStore } from '../../../src/adapters/artifacts';
import { createSqlEngine } from '../../../src/adapters/duckdb';
import { createRunStore } from '../../../src/adapters/runs';
import { replayRun, type Replay } from '../../../src/cli/audit/replay-run';
import type { FinishedRun } from '../../../src/cli/audit/run-inputs';
import type { ArtifactRef, ArtifactRefs } from '../../../src/contracts/artifacts';
import type { Manifest } from '../../../src/contracts/manifest';
import type { RunContext } from '../../../src/contracts/run';
import { STAGES, type Stage } from '../../../src/contracts/stages';
import type { ArtifactStore } from '../../../src/core/ports';
import { publishedStore } from '../../support/audit-store';
import { freshHome } from '../../support/home';
import { projectOf, publishDeps } from '../../support/publish-run';
import { duck } from '../../support/published';

describe('replayRun', () => {
  let run: FinishedRun;
  let deps: WorkerDeps;
  let recorded: ArtifactRefs;
  let artifacts: ArtifactStore;
  beforeAll(async () => {
    const home = freshHome();
    const [runId] = await publishedStore(home, 1);
    const own = publishDeps(home);
    const manifest = await own.artifacts.readJson<Manifest>((await createRunStore(home).read(runId)).manifest!);
    const project = projectOf();
    const request = { ...manifest.facts, resolved: await own.artifacts.writeJson('project.resolved', project), configDigest: manifest.facts.config.digest, scratch: false } as unknown as RunContext;
    run = { runId, attempt: 1, request, project, manifest };
    recorded = Object.fromEntries(manifest.facts.results.outputs.map(({ name, ref }) => [name, ref]));
    artifacts = createOverlayStore(createArtifactStore(freshHome()), own.artifacts);
    const sql = createSqlEngine({ artifacts, temporary: `${freshHome()}/duckdb`, threads: 1, memoryLimit: '500MB' });
    deps = { ...own, artifacts, sql } as unknown as WorkerDeps;
  });

  const outputsOf = (stage: Stage): Record<string, ArtifactRef> => Object.fromEntries(Object.entries(recorded).filter(([name]) => name.startsWith(`${stage}.`)));
  /** Stages that give what was recorded, but for those given. */
  const definitions = (other: Partial<Record<Stage, (work: StageWork) => Promise<ArtifactRefs> | ArtifactRefs>> = {}): StageDefinition[] =>
    STAGES.filter((stage) => stage !== 'publish').map((stage) => ({
      stage,
      reads: [],
      configOf: () => null,
      work: async (work) => ({ outputs: { ...outputsOf(stage), ...(await other[stage]?.(work)) }, rowsIn: null, rowsOut: null, summary: '', warnings: [], facts: {} }) satisfies StageOutput,
    }));
  const replay = (other: Parameters<typeof definitions>[0] = {}): Promise<Replay> => replayRun({ run, definitions: definitions(other), deps, signal: new AbortController().signal });
  const tableOf = async (select: string, rows: number): Promise<ArtifactRef> => {
    const path = await artifacts.temporary('parquet');
    await duck(`COPY (${select}) TO '${path}' (FORMAT parquet, COMPRESSION gzip)`);
    return artifacts.adopt('features.features', path, rows);
  };

  it('says identical bytes where every output is the recorded one, and gives the recorded digest', async () => {
    const found = await replay();
    expect(found).toMatchObject({ verdict: 'identical bytes', first: null, sameCode: true, sameEngine: true });
    expect(found.resultDigest.replayed).toBe(run.manifest.resultDigest);
    // Extract is what a replay starts from, publish what it must not do.
    expect(found.steps.map(({ stage }) => stage)).toEqual(STAGES.slice(1, -1));
  });

  it('says identical values where a table has the same rows in other bytes', async () => {
    const path = await artifacts.path(recorded['features.features']);
    const found = await replay({ features: async () => ({ 'features.features': await tableOf(`SELECT * FROM read_parquet('${path}') ORDER BY pid DESC`, 20) }) });
    expect(found).toMatchObject({ verdict: 'identical values', first: null });
    expect(found.steps.find(({ stage }) => stage === 'features')?.outputs).toMatchObject([{ sameness: 'values' }]);
    expect(found.resultDigest.replayed).not.toBe(run.manifest.resultDigest);
  });

  it.each([
    ['one value is another', `SELECT * REPLACE (CASE frequency WHEN 7 THEN 8 ELSE frequency END AS frequency) FROM`, 20],
    ['a row came twice and another is gone', `SELECT * REPLACE (CASE pid WHEN 'c_02' THEN 'c_01' ELSE pid END AS pid, CASE frequency WHEN 2 THEN 1 ELSE frequency END AS frequency) FROM`, 20],
    ['a column has another type', `SELECT * REPLACE (frequency::BIGINT AS frequency) FROM`, 20],
    ['a row is missing', 'SELECT * FROM', 19],
  ])('names the step where %s', async (_, select, rows) => {
    const path = await artifacts.path(recorded['features.features']);
    const text = `${select} read_parquet('${path}') LIMIT ${rows}`;
    const found = await replay({ features: async () => ({ 'features.features': await tableOf(text, rows) }) });
    expect(found).toMatchObject({ verdict: 'differs', first: { stage: 'features' } });
  });

  it('names the first of several steps that differ, and what is missing or new', async () => {
    const other = await artifacts.writeJson('x', { steps: [], other: true });
    const found = await replay({ clean: () => ({ 'clean.report': other }), report: () => ({ 'report.new': other }) });
    expect(found).toMatchObject({ verdict: 'differs', first: { stage: 'clean', outputs: [{ name: 'clean.report', sameness: 'differs', replayed: other.sha256 }] } });
    expect(found.steps.at(-1)?.outputs).toContainEqual({ name: 'report.new', sameness: 'differs', recorded: null, replayed: other.sha256 });
    const without = await replayRun({ run, definitions: definitions().filter(({ stage }) => stage !== 'report'), deps, signal: new AbortController().signal });
    expect(without).toMatchObject({ verdict: 'differs', first: { stage: 'report', outputs: [{ name: 'report.html', replayed: null }] } });
  });

  it('says so where program or engine are others than those of the run', async () => {
    const otherwise = { ...deps, code: { ...deps.code, digest: 'other' }, engine: { ...deps.engine, duckdb: '2.0.0' } };
    const found = await replayRun({ run, definitions: definitions(), deps: otherwise, signal: new AbortController().signal });
    expect(found).toMatchObject({ verdict: 'identical bytes', sameCode: false, sameEngine: false });
  });
});
