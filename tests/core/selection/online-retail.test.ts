import { createInlineCompute } from '../../../src/adapters/compute';
import { modelingConfig } from '../../../src/config/modeling';
import type { SelectionReport } from '../../../src/contracts/selection';
import type { Matrix } from '../../../src/core/linalg/matrix';
import { selectModel } from '../../../src/core/selection/select';
import { onlineRetail, rawOnlineRetail, standardise } from '../../reference/clustering-sets';
import { describeWithShared } from '../../support/shared';
import { idsOf } from '../clustering/data';

const modeling = modelingConfig.parse({
  clusters: { min: 2, max: 6 },
  restarts: 8,
  stability: { resamples: 10 },
  gapDraws: 2,
});

/** The report, or what the refusal says of each k: its gates and nothing else. */
const choose = (
  matrix: Matrix,
  limits = { min: 2, max: 6 },
): Promise<SelectionReport | { code: string; details: { candidates: Refused[] } }> =>
  selectModel({ matrix, ids: idsOf(matrix.rows), modeling, compute: createInlineCompute(), limits }).catch(
    (error: { code: string; details: { candidates: Refused[] } }) => error,
  );

interface Refused {
  readonly k: number;
  readonly failed: readonly { readonly gate: string; readonly evidence: string }[];
}

/** What is said of k = 2: the candidate that the silhouette likes best on heavy tails. */
function twoOf(report: Awaited<ReturnType<typeof choose>>): string {
  if ('code' in report)
    return (
      report.details.candidates
        .find(({ k }) => k === 2)
        ?.failed.map(({ evidence }) => evidence)
        .join('; ') ?? ''
    );
  return report.candidates.find(({ k }) => k === 2)?.why ?? '';
}

function expectNoUselessSplit(report: Awaited<ReturnType<typeof choose>>): void {
  if ('code' in report) {
    expect(report.code).toBe('NO_ACCEPTABLE_MODEL');
    for (const { failed } of report.details.candidates) expect(failed.length).toBeGreaterThan(0);
    return;
  }
  const { shares, sizes } = report.candidates.find(({ status }) => status === 'chosen') ?? { shares: [], sizes: [] };
  expect(report.chosen.k).not.toBe(2);
  expect(Math.max(...shares)).toBeLessThanOrEqual(modeling.sizeGates.maxShare);
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(modeling.sizeGates.minShare);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(modeling.sizeGates.minCustomers);
}

describeWithShared('the heavy tails of the Online Retail customers', () => {
  // The best known k-means splits in two: 4,331 and 8 customers untransformed, 4,313 and 26 standardised only.
  it.each([
    ['as they are', (x: Matrix) => x, 8],
    ['standardised only', standardise, 26],
  ])('%s: the split of 99 %% and a handful is refused', async (_, prepared, handful) => {
    const report = await choose(prepared(await rawOnlineRetail()));
    expectNoUselessSplit(report);
    expect(twoOf(report)).toContain(`smallest cluster ${handful} customers, at least 50 asked`);
    expect(twoOf(report)).toMatch(/largest cluster 99\.\d % of customers, at most 70\.0 % allowed/);
  });

  it('with log1p and standardised there is an acceptable number, k = 2 among them', async () => {
    const report = await choose(await onlineRetail());
    expect(report).toMatchObject({ chosen: { algorithm: 'kmeans' } });
    const { candidates } = report as SelectionReport;
    for (const { k, status, shares } of candidates) {
      if (k === 1) continue;
      expect(status).not.toBe('rejected');
      expect(Math.max(...shares)).toBeLessThan(0.7);
    }
  });
});
