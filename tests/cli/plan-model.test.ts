import { createArtifactStore } from '../../src/adapters/artifacts';
import { modelAhead, type PlannedModel } from '../../src/cli/plan-model';
import { modelText } from '../../src/cli/commands/plan';
import type { ModeChoice } from '../../src/contracts/drift';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { RunContext, StageResult } from '../../src/contracts/run';
import type { ReleaseStore } from '../../src/core/ports';
import { modesConfig } from '../../src/config/modes';
import { projectOf } from '../support/publish-run';
import { freshHome } from '../support/home';
import { refOf } from '../support/manifest';

const NAMES = ['clustering.model', 'prepare.preprocessing', 'selection.report', 'clustering.check', 'clustering.second', 'personas.personas', 'features.features', 'personas.memberships'];
const artifacts = createArtifactStore(freshHome());

/** A promoted release whose model was fitted as of its own day. */
async function release(n: number, asOf: string, project: object = {}): Promise<ReleaseCommit> {
  const resolved = await artifacts.writeJson('project.resolved', projectOf(project));
  const manifest = await artifacts.writeJson('run.manifest', { n, facts: { asOf, config: { resolved } } });
  const refs = Object.fromEntries(NAMES.map((name, i) => [name, refOf(name, `${n}${i}`)]));
  return { n, asOf, promoted: true, manifest, artifacts: refs } as unknown as ReleaseCommit;
}

interface Asked {
  readonly releases: readonly ReleaseCommit[];
  /** What a drift measured before said. */
  readonly measured?: ModeChoice;
  readonly project?: object;
}

async function ahead(run: Partial<RunContext>, { releases, measured, project = {} }: Asked) {
  const store = {
    list: () => Promise.resolve(releases),
    read: (_: string, __: string, n: number) => Promise.resolve(releases.find((one) => one.n === n)),
    current: () => Promise.resolve(releases.at(-1)),
  } as unknown as ReleaseStore;
  const report = measured && (await artifacts.writeJson('drift.report', { choice: measured, model: { release: 1 } }));
  const findDrift = () => Promise.resolve(report && ({ outputs: { 'drift.report': report } } as unknown as StageResult));
  const resolved = await artifacts.writeJson('project.resolved', projectOf(project));
  const context = { project: 'shop', environment: 'prod', asOf: '2024-02-10', resolved, ...run } as RunContext;
  return modelAhead({ artifacts, releases: store, findDrift }, context, modesConfig.parse({ maxModelAgeDays: 30 }));
}

describe('the model a plan expects', () => {
  it('is a new one where a refit is asked for, and that of a release where scoring is', async () => {
    const releases = [await release(1, '2024-02-01')];
    expect(await ahead({}, { releases })).toMatchObject({ model: { asked: 'refit', runs: 'refit', open: [] }, decision: null, contest: false });
    const scored = await ahead({ mode: 'score' }, { releases });
    expect(scored).toMatchObject({ model: { runs: 'score', because: ['asked for: the model of release 1'], open: [] }, decision: { scoring: { release: 1 } } });
    await expect(ahead({ mode: 'score' }, { releases: [] })).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });

  it('says of auto what is certain: no model, other settings, and a model that is too old, which the new one has to win against', async () => {
    expect(await ahead({ mode: 'auto' }, { releases: [] })).toMatchObject({ model: { runs: 'refit', because: ['there is no model yet'], open: [] }, drift: null, contest: false });
    const other = await ahead({ mode: 'auto' }, { releases: [await release(1, '2024-02-01')], project: { features: { model: ['frequency', 'recency_days'] } } });
    expect(other).toMatchObject({ model: { runs: 'refit', because: [expect.stringContaining('configured otherwise')], open: [] }, contest: false });
    const old = await ahead({ mode: 'auto' }, { releases: [await release(1, '2024-01-01')] });
    expect(old).toMatchObject({
      model: { runs: 'refit', because: [expect.stringContaining('40 days old')], open: ['the new model has to win against that of release 1, which is applied otherwise'] },
      contest: true,
    });
  });

  it('leaves open what drift decides, unless it was measured before', async () => {
    const releases = [await release(1, '2024-02-01')];
    const open = await ahead({ mode: 'auto' }, { releases });
    expect(open).toMatchObject({ model: { asked: 'auto', runs: null, because: [expect.stringContaining('9 days old')], open: [expect.stringContaining('measures drift')] }, decision: null });
    const fresh: ModeChoice = { mode: 'score', reasons: [{ rule: 'fresh', evidence: 'no drift' }] };
    expect(await ahead({ mode: 'auto' }, { releases, measured: fresh })).toMatchObject({ model: { runs: 'score', because: ['no drift'], open: [] }, decision: { scoring: { release: 1 } } });
    const drifted: ModeChoice = { mode: 'refit', reasons: [{ rule: 'drift', evidence: 'monetary moved' }] };
    expect(await ahead({ mode: 'auto' }, { releases, measured: drifted })).toMatchObject({ model: { runs: 'refit', because: ['monetary moved'] }, decision: null, contest: true });
  });

  it('is told in words', () => {
    const model: PlannedModel = { asked: 'auto', runs: null, because: ['the model is 9 days old'], open: ['drift decides'] };
    expect(modelText(model)).toBe('model: not known yet (the model is 9 days old)\n       drift decides');
    expect(modelText({ ...model, runs: 'score', open: [] })).toBe('model: one of before is applied (the model is 9 days old)');
  });
});
