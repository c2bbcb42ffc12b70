import { createInlineCompute } from '../../../src/adapters/compute';
import { modelingConfig } from '../../../src/config/modeling';
import { fitFrom, kmeans } from '../../../src/core/clustering/kmeans/kmeans';
import { padCentroids, toPoints } from '../../../src/core/clustering/points';
import { selectModel } from '../../../src/core/selection/select';
import { blobs, idsOf } from '../clustering/data';

const base = { clusters: { min: 2, max: 6 }, sampleRows: 300, restarts: 6, gapDraws: 0, sizeGates: { minShare: 0.02, minCustomers: 20, maxShare: 0.7 } };
const { matrix } = blobs(
  [
    [0, 0, 0],
    [5, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ],
  [500, 300, 250, 150],
  1,
);
const select = (modeling: object) =>
  selectModel({ matrix, ids: idsOf(matrix.rows), modeling: modelingConfig.parse({ ...base, ...modeling }), compute: createInlineCompute(), limits: { min: 3, max: 6 } });

describe('without resamples', () => {
  it('the silhouette alone decides, and the report says that nothing is known of stability', async () => {
    const report = await select({ stability: { resamples: 0 } });
    expect(report.chosen.k).toBe(4);
    expect(report.rule).toMatch(/highest mean silhouette; whether its clusters come back was not looked at/);
    expect(report.why).toMatch(/nothing is known of how well these groups come back/);
    expect(report.warnings).toContainEqual(expect.stringContaining('modeling.stability.resamples: 0'));
    expect(report.candidates.every(({ meanJaccard, predictionStrength }) => meanJaccard === null && predictionStrength === null)).toBe(true);
    expect(report.finalists).toEqual([expect.objectContaining({ outcome: 'chosen', outOfBag: null, permuted: null, score: null })]);
    const lost = report.candidates.find(({ k }) => k === 5);
    expect(lost?.why).toMatch(/^5 clusters: silhouette 0\.\d+, against silhouette 0\.\d+ of the 4 clusters taken\.$/);
  });

  it('mixtures are chosen by BIC alone', async () => {
    const report = await select({ algorithms: ['mixture'], mixture: { models: ['EII', 'VII'], starts: 4 }, stability: { resamples: 0 } });
    const bics = report.candidates.flatMap(({ mixture, withinLimits, gates }) => (mixture && withinLimits && gates.every(({ passed }) => passed) ? [mixture.bic] : []));
    expect(report.candidates.find(({ status }) => status === 'chosen')?.mixture?.bic).toBe(Math.min(...bics));
  });

  it('several algorithms are refused, and so is a gate of stability', () => {
    expect(() => modelingConfig.parse({ algorithms: ['kmeans', 'mixture'], stability: { resamples: 0 } })).toThrow(/nothing compares several algorithms/);
    expect(() => modelingConfig.parse({ stability: { resamples: 0, block: true } })).toThrow(/nothing to block by/);
    expect(() => modelingConfig.parse({ stability: { resamples: 1 } })).toThrow(/2 times or more/);
  });
});

describe('polish', () => {
  it('gives every k the inertia and sizes of a fit to all customers', async () => {
    const points = toPoints(matrix);
    const [plain, polished] = [await select({}), await select({ polish: true })];
    for (const [i, { k, inertia, sizes, centroids }] of polished.candidates.entries()) {
      // A fit of all customers: another pass over all of them moves no centroid, and this is the sum over all.
      const again = fitFrom(points, null, padCentroids(centroids, points.stride), k);
      expect(Math.abs((inertia ?? 0) / again.inertia - 1)).toBeLessThan(1e-12);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(matrix.rows);
      expect(plain.candidates[i].inertia).toBeLessThan(0.5 * (inertia ?? 0));
    }
    const whole = kmeans(points, null, 4, 10, { seed: 1, stage: 'selection', use: 'seeding', candidate: 4, block: 0 });
    // Where there is a clear solution, the same as by ten restarts on all, but for the one or two customers between two optima.
    expect(Math.abs((polished.candidates[3].inertia ?? 0) / whole.inertia - 1)).toBeLessThan(1e-4);
    expect(polished.chosen.k).toBe(4);
  });

  it('holds the gap statistic against reference sets of the size of what it measures', async () => {
    const gaps = async (polish: boolean) => (await select({ polish, gapDraws: 5 })).candidates.map(({ gap }) => gap?.value);
    expect(await gaps(true)).toEqual(await gaps(false));
  });

  it('changes nothing where the sample is everybody', async () => {
    const all = { sampleRows: 2000 };
    expect(JSON.stringify(await select({ ...all, polish: true }))).toBe(JSON.stringify(await select(all)));
  });
});
