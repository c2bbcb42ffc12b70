import { createDecideMode } from '../../src/activities/mode';
import type { ReleaseCommit } from '../../src/contracts/manifest';
import type { RunContext } from '../../src/contracts/run';
import type { ReleaseStore } from '../../src/core/ports';
import { refOf } from '../support/manifest';

const NAMES = ['clustering.model', 'prepare.preprocessing', 'selection.report', 'clustering.check', 'clustering.second', 'personas.personas'];
const release = (n: number, more: object = {}): ReleaseCommit =>
  ({
    n,
    manifest: refOf('run.manifest', String(n)),
    artifacts: Object.fromEntries(NAMES.map((name, i) => [name, refOf(name, `${n}${i}`)])),
    ...more,
  }) as unknown as ReleaseCommit;

/** Manifests by release: 1 was fitted, 2 was itself scored with the model of 1. */
const facts: Record<string, object> = {
  1: { asOf: '2026-06-01' },
  2: { asOf: '2026-06-02', scoring: { release: 1, fittedAsOf: '2026-06-01', sha256: 'x' } },
};
const decide = (run: Partial<RunContext>, releases: readonly ReleaseCommit[] = [release(1), release(2)]) => {
  const store = {
    read: (_: string, __: string, n: number) => Promise.resolve(releases.find((one) => one.n === n)),
    current: () => Promise.resolve(releases.at(-1)),
  } as unknown as ReleaseStore;
  const artifacts = { readJson: <T>({ sha256 }: { sha256: string }) => Promise.resolve({ facts: facts[releases.find(({ manifest }) => manifest.sha256 === sha256)!.n] } as T), writeJson: () => Promise.reject(new Error('nothing is written')) };
  return createDecideMode({ artifacts, releases: store })({ run: { project: 'shop', environment: 'prod', ...run } as RunContext, stages: [] });
};

describe('how a run gets its model', () => {
  it('is a fit of its own unless it is asked to score', async () => {
    for (const mode of [undefined, 'refit', 'auto'] as const) expect(await decide(mode ? { mode } : {})).toMatchObject({ mode: 'refit' });
  });

  it('takes the current model, or that of the release that is named, with all that belongs to it', async () => {
    const current = await decide({ mode: 'score' });
    expect(current).toMatchObject({ mode: 'score', scoring: { release: 2, fittedAsOf: '2026-06-01', sha256: refOf('x', '20').sha256 } });
    const pinned = await decide({ mode: 'score', modelRelease: 1 });
    expect(pinned).toMatchObject({ scoring: { release: 1, fittedAsOf: '2026-06-01', sha256: refOf('x', '10').sha256 } });
    expect(pinned.mode === 'score' && Object.keys(pinned.artifacts).sort()).toEqual([
      'model.check',
      'model.model',
      'model.personas',
      'model.preprocessing',
      'model.second',
      'model.selection',
    ]);
  });

  it('says what to do where there is no model, or a release lacks a part of it', async () => {
    await expect(decide({ mode: 'score' }, [])).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
      message: expect.stringContaining('--mode refit'),
    });
    await expect(decide({ mode: 'score' }, [release(1, { artifacts: {} })])).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      message: expect.stringContaining('clustering.model'),
    });
  });
});
