import { createComputePool } from '../../src/adapters/compute';
import { toPoints } from '../../src/core/clustering/points';
import type { Matrix } from '../../src/core/linalg/matrix';
import type { PicturePayload, PictureResult } from '../../src/core/linalg/picture-task';
import { trustworthiness } from '../../src/core/validity/trustworthiness';
import { bundleThread } from '../adapters/compute/bundle';
import { matrixOf } from '../core/clustering/data';
import { describeWithShared } from '../support/shared';
import { iris, onlineRetail } from './clustering-sets';
import reference from './picture.json';

it.each(reference.fixed)('the trustworthiness of a given map equals scikit-learn ($value, k=$k)', ({ k, x, map, value }) => {
  expect(Math.abs(trustworthiness(toPoints(matrixOf(x)), toPoints(matrixOf(map)), k) - value)).toBeLessThan(1e-9);
});

/** The rows of the reference: every so-manieth. */
async function sampleOf(set: () => Promise<Matrix>, count: number): Promise<ReturnType<typeof toPoints>> {
  const x = await set();
  return toPoints(x, { rows: Array.from({ length: count }, (_, i) => Math.floor((i * x.rows) / count)) });
}

// The spread over the seeds of either is a tenth of what is allowed.
describeWithShared('our map against that of umap-learn', () => {
  // In a thread, as in a run: in the sandbox of the tests umap-js is thirty times slower.
  const compute = createComputePool({ entry: bundleThread('src/workers/compute-thread.ts'), threads: 1 });
  afterAll(() => compute.close());

  it.each([
    ['iris', iris],
    ['onlineRetail', onlineRetail],
  ] as const)('of %s is as trustworthy', async (name, set) => {
    const { rows, neighbours, values } = reference.sets[name];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const payload = { points: await sampleOf(set, rows), seed: 0 };
    const [{ trustworthiness: found }] = await compute.map<PicturePayload, PictureResult>('picture.umap', [payload], {});
    expect(found.neighbours).toBe(neighbours);
    expect(Math.abs(found.value - mean)).toBeLessThan(0.02);
  });
});
