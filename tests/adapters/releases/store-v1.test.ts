import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createArtifactStore, createStageIndex } from '../../../src/adapters/artifacts';
import { createLedger } from '../../../src/adapters/ledger';
import { runEvent } from '../../../src/adapters/lineage';
import { createReleaseStore, verifyRelease } from '../../../src/adapters/releases';
import { createRunStore } from '../../../src/adapters/runs';
import type { Manifest } from '../../../src/contracts/manifest';
import { digestOf, verifyManifest } from '../../../src/core/audit';
import { freshHome } from '../../support/home';
import { draftOf } from '../../support/release';

// Written once by tests/fixtures/make-store-v1.ts; `git log` says when.
const FIXTURE = join(__dirname, '..', '..', 'fixtures', 'store-v1');

describe('a store of format 1', () => {
  let home: string;
  beforeEach(() => {
    home = freshHome();
    cpSync(FIXTURE, home, { recursive: true });
  });

  it('still verifies: releases with their manifests and artifacts, and the ledger that names them', async () => {
    const [releases, artifacts, ledger] = [createReleaseStore(home), createArtifactStore(home), createLedger(home)];
    expect(await releases.verify('shop', 'prod')).toEqual({ releases: 3, problems: [] });
    const commits = await releases.list('shop', 'prod');
    for (const commit of commits) expect(await verifyRelease(commit, artifacts)).toEqual([]);
    expect(await ledger.verify()).toMatchObject({ entries: 7, firstBad: null });
    const entries = (await ledger.read()).filter(({ type }) => String(type).startsWith('release.'));
    expect(entries.map(({ body }) => (body as { commitSha256: string }).commitSha256)).toEqual(commits.map(digestOf));
  });

  it('still reads: current release, runs, stage results and lineage', async () => {
    const releases = createReleaseStore(home);
    expect(await releases.current('shop', 'prod')).toMatchObject({ n: 2, parent: 1, asOf: '2024-02-01' });
    expect(await releases.read('shop', 'prod', 3)).toMatchObject({ superseded: true, promoted: false });
    const runs = await createRunStore(home).list();
    expect(runs.map(({ runId, status, outcome }) => [runId, status, outcome]).sort()).toEqual([
      ['shop-prod-2024-01-30-1', 'succeeded', 'superseded'],
      ['shop-prod-2024-01-31-1', 'succeeded', 'published'],
      ['shop-prod-2024-02-01-1', 'succeeded', 'published'],
      ['shop-prod-2024-02-01-scratch-1', 'succeeded', 'scratch'],
    ]);
    for (const { runId } of runs)
      verifyManifest(JSON.parse(readFileSync(join(home, 'runs', runId, 'manifest.json'), 'utf8')) as Manifest);
    const artifacts = createArtifactStore(home);
    expect(await createStageIndex({ home, artifacts }).find('a1'.repeat(32))).toMatchObject({ stage: 'features' });
    for (const name of readdirSync(join(home, 'lineage'))) {
      for (const line of readFileSync(join(home, 'lineage', name), 'utf8')
        .trimEnd()
        .split('\n'))
        runEvent.parse(JSON.parse(line));
    }
  });

  it('can be continued', async () => {
    const releases = createReleaseStore(home);
    expect(await releases.commit(draftOf('new', { asOf: '2024-02-03', parent: 2 }), 2)).toMatchObject({
      created: true,
      commit: { n: 4 },
    });
    expect(await releases.verify('shop', 'prod')).toEqual({ releases: 4, problems: [] });
  });
});
