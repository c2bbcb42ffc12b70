import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInlineCompute } from '../../src/adapters/compute';
import { modelingConfig } from '../../src/config/modeling';
import { LINKAGES, type Linkage } from '../../src/contracts/algorithms';
import { assignRows, tryModels, type LabRequest, type LabResult } from '../../src/core/lab/lab';
import { adjustedRandIndex } from '../../src/core/validity/rand-index';
import { describeWithShared } from '../support/shared';
import { iris } from './clustering-sets';

interface Cut {
  readonly k: number;
  readonly labels: string;
  readonly sizes: readonly number[];
  readonly inertia: number;
  readonly silhouette: number;
  readonly calinskiHarabasz: number;
  readonly daviesBouldin: number;
  readonly nearerToAnotherMean: number;
}

// Made by tests/reference/make/cuts.py with scipy 1.17.1 and scikit-learn 1.9.1.
const reference = JSON.parse(readFileSync(join(__dirname, 'cuts.json'), 'utf8')) as { iris: Record<Linkage, Cut[]> };
const compute = createInlineCompute();

async function cutsOfIris(linkage: Linkage, ks: LabRequest['ks'], sampleRows = 5000): Promise<{ request: LabRequest; result: LabResult }> {
  const modeling = modelingConfig.parse({ stability: { resamples: 2 }, hierarchical: { linkage }, sizeGates: { minCustomers: 0, minShare: 0, maxShare: 1 } });
  const request: LabRequest = { rule: 'full', algorithms: ['hierarchical'], ks, scale: 'none', modeling: { ...modeling, sampleRows } };
  return { request, result: await tryModels({ ...request, table: await iris(), compute }) };
}

describeWithShared.each(LINKAGES)('the lab on iris, %s', (linkage) => {
  it('measures the cuts themselves: sizes as scipy, indices as scikit-learn to 1e-9', async () => {
    const { candidates } = (await cutsOfIris(linkage, { min: 2, max: 6 })).result.verdict;
    for (const { k, sizes, ...expected } of reference.iris[linkage]) {
      const ours = candidates.find((candidate) => candidate.k === k);
      expect(ours?.sizes).toEqual(sizes);
      for (const index of ['inertia', 'silhouette', 'calinskiHarabasz', 'daviesBouldin'] as const)
        expect(Math.abs((ours?.[index] ?? NaN) / expected[index] - 1)).toBeLessThan(1e-9);
      expect(ours?.silhouetteError).toBe(0);
    }
  }, 60_000);

  it('labels each row by the cut, with less than a half where another mean is nearer', async () => {
    const { labels, sizes, nearerToAnotherMean } = reference.iris[linkage][1];
    const { request, result } = await cutsOfIris(linkage, { min: 3, max: 3 });
    const rows = await assignRows(result, request, { compute });
    expect(adjustedRandIndex(rows!.cluster, Int32Array.from(labels, Number))).toBe(1);
    expect(sizes.map((_, c) => rows!.cluster.filter((cluster) => cluster === c).length)).toEqual(sizes);
    expect(nearerToAnotherMean).toBeGreaterThan(0);
    expect(rows!.probability.every((p) => p > 0 && p <= 1)).toBe(true);
    expect(rows!.probability.filter((p) => p < 0.5).length).toBeGreaterThanOrEqual(nearerToAnotherMean);
  }, 60_000);
});

describeWithShared('the lab on a sample of iris', () => {
  it('places all rows by the nearest mean, as a project does', async () => {
    const { request, result } = await cutsOfIris('complete', { min: 3, max: 3 }, 120);
    const rows = await assignRows(result, request, { compute });
    const { sizes } = result.verdict.candidates[result.verdict.chosen!.candidate];
    expect(result.verdict.sampleRows).toBe(120);
    expect(sizes.map((_, c) => rows!.cluster.filter((cluster) => cluster === c).length)).toEqual(sizes);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(150);
  }, 60_000);
});
