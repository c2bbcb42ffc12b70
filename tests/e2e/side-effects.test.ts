import { disturbed, faultsOf, someOf, undisturbed, type Point } from '../faults/side-effects';
import { makeShop, removeFolders, type RunJson } from './support';

/** Each run has as many, so that one run is disturbed again and again. */
const PER_RUN = 2;
const RUNS = Number(process.env.DRAMATIS_FAULT_RUNS ?? 1);

describe('every change of the file system that the worker makes', () => {
  let project: string;
  let clean: { readonly points: readonly Point[]; readonly run: RunJson };
  beforeAll(async () => {
    project = await makeShop();
    clean = await undisturbed(project);
  }, 240_000);
  afterAll(removeFolders);

  it('is a fault point of its own', () => {
    const names = clean.points.map(({ point }) => point);
    expect(new Set(names).size).toBe(names.length);
    // Objects, stage results, the run, the commit, the pointer, the vault, the ledger and the target.
    for (const place of ['objects/', 'stages/', 'runs/', 'releases/', 'refs/', 'vault/', 'ledger/', 'lineage/', 'out/']) {
      expect({ place, found: names.some((name) => name.includes(place)) }).toEqual({ place, found: true });
    }
  });

  it('may fail in any way: same digest, exactly one release, a sound ledger', async () => {
    const faults = someOf(faultsOf(clean.points), RUNS * PER_RUN, 1);
    for (let r = 0; r < RUNS; r++) {
      const own = faults.filter((_, i) => i % RUNS === r);
      const { done, ...found } = await disturbed(project, own);
      expect({ own, ...found }).toEqual({
        own,
        digest: clean.run.digest,
        resultDigest: clean.run.resultDigest,
        releases: ['1.json'],
        ledger: null,
        again: 0,
      });
      expect(done.length).toBeGreaterThan(0);
    }
  }, 600_000);
});
